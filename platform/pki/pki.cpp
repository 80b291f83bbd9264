#include "platform/pki/pki.h"

#include "platform/pki/certificate.h"
#include "platform/pki/files.h"

#include <openssl/obj_mac.h>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace lujing::pki {

namespace {

struct Authority {
  Certificate certificate;
  Key key;
};

std::string in(const std::string& folder, const char* name) {
  return (std::filesystem::path(folder) / name).string();
}

Result<Authority> read_authority(const std::string& folder) {
  auto certificate = read_certificate(in(folder, "ca.crt"));
  if (!certificate) return certificate.error().in("the authority");
  auto key = read_key(in(folder, "ca.key"));
  if (!key) return key.error().in("the authority");
  if (!belongs_to(certificate->get(), key->get()))
    return Error(folder + ": ca.key is not the key of ca.crt; restore both from one backup");
  if (expired(certificate->get()))
    return Error(in(folder, "ca.crt") + " ended on " + not_after(certificate->get()) +
                 "; make a new authority in another folder and enrol every vehicle again");
  return Authority{std::move(*certificate), std::move(*key)};
}

/// What is to be issued, and how what is there already is judged.
struct Order {
  std::string what;  ///< "terminal", "gateway": the files' name
  Request request;
  std::function<std::string(X509*)> mismatch;  ///< empty: it is the one that is wanted
};

/// Nothing there: not created, no error. Good ones there: created = false.
Result<bool> already_there(const Order& order, const Authority& authority, const Issued& files) {
  if (!exists(files.certificate)) return false;
  const std::string remedy = "; use --force to replace it, or another --out";
  auto old = read_certificate(files.certificate);
  if (!old) return Error(old.error().what() + remedy);
  X509* certificate = old->get();
  if (const auto why = order.mismatch(certificate); !why.empty())
    return Error(files.certificate + " is there already and " + why + remedy);
  if (!signed_by(certificate, authority.certificate.get()))
    return Error(files.certificate + " is there already and is of another authority" + remedy);
  if (expired(certificate))
    return Error(files.certificate + " ended on " + not_after(certificate) + remedy);
  auto key = read_key(files.key);
  if (!key || !belongs_to(certificate, key->get()))
    return Error(files.key + " is not the key of " + files.certificate + remedy);
  return true;
}

Result<Issued> issue(const std::string& authority_folder, const Order& order,
                     const std::string& out_folder, bool force) {
  auto authority = read_authority(authority_folder);
  if (!authority) return authority.error();
  Issued files;
  files.certificate = in(out_folder, (order.what + ".crt").c_str());
  files.key = in(out_folder, (order.what + ".key").c_str());
  files.authority = in(out_folder, "ca.crt");
  if (auto made = make_folder(out_folder); !made) return made.error();
  auto authority_pem = to_pem(authority->certificate.get());
  if (!authority_pem) return authority_pem.error();

  if (!force) {
    auto there = already_there(order, *authority, files);
    if (!there) return there.error();
    if (*there) {
      auto old = read_certificate(files.certificate);
      if (!old) return old.error();
      files.not_after = not_after(old->get());
      files.created = false;
      if (exists(files.authority)) return files;
      if (auto r = write_whole(files.authority, *authority_pem, 0644); !r) return r.error();
      return files;
    }
  }
  // A key without a certificate was left by an issue that did not come to its end: it is used.
  auto key = !force && exists(files.key) ? read_key(files.key) : make_key();
  if (!key) return key.error();
  auto certificate = make_certificate(order.request, key->get(), authority->certificate.get(),
                                      authority->key.get());
  if (!certificate) return certificate.error();
  auto key_pem = to_pem(key->get());
  if (!key_pem) return key_pem.error();
  auto certificate_pem = to_pem(certificate->get());
  if (!certificate_pem) return certificate_pem.error();
  // The certificate last: where it is, all is.
  if (auto r = write_whole(files.authority, *authority_pem, 0644); !r) return r.error();
  if (auto r = write_whole(files.key, *key_pem, 0600); !r) return r.error();
  if (auto r = write_whole(files.certificate, *certificate_pem, 0644); !r) return r.error();
  files.not_after = not_after(certificate->get());
  return files;
}

Result<void> check_host(const std::string& host) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  };
  if (is_address(host)) return {};
  if (!host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), good)) return {};
  return Error("host \"" + host +
               "\": give a DNS name such as gateway.example.org or an address such as 10.0.0.5");
}

std::vector<Extension> leaf_extensions(const char* purpose) {
  return {{NID_basic_constraints, "critical,CA:FALSE"},
          {NID_key_usage, "critical,digitalSignature"},
          {NID_ext_key_usage, purpose},
          {NID_subject_key_identifier, "hash"},
          {NID_authority_key_identifier, "keyid:always"}};
}

}  // namespace

Result<void> check_terminal_id(std::string_view id) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (!id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), good)) return {};
  return Error("terminal id \"" + std::string(id.substr(0, 64)) +
               "\": 1 to 32 characters of A-Z a-z 0-9 _ - are allowed, such as M-003");
}

Result<Issued> create_authority(const std::string& folder, const std::string& name,
                                Validity validity) {
  Issued files;
  files.certificate = files.authority = in(folder, "ca.crt");
  files.key = in(folder, "ca.key");
  if (exists(files.certificate)) {
    auto there = read_authority(folder);
    if (!there) return there.error();
    files.not_after = not_after(there->certificate.get());
    files.created = false;
    return files;
  }
  if (auto made = make_folder(folder); !made) return made.error();
  auto key = exists(files.key) ? read_key(files.key) : make_key();
  if (!key) return key.error();
  Request request{name + " authority",
                  validity.days,
                  {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                   {NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature"},
                   {NID_subject_key_identifier, "hash"}}};
  auto certificate = make_certificate(request, key->get(), nullptr, key->get());
  if (!certificate) return certificate.error();
  auto key_pem = to_pem(key->get());
  if (!key_pem) return key_pem.error();
  auto certificate_pem = to_pem(certificate->get());
  if (!certificate_pem) return certificate_pem.error();
  if (auto r = write_whole(files.key, *key_pem, 0600); !r) return r.error();
  if (auto r = write_whole(files.certificate, *certificate_pem, 0644); !r) return r.error();
  files.not_after = not_after(certificate->get());
  return files;
}

Result<void> check_authority(const std::string& folder) {
  auto authority = read_authority(folder);
  if (!authority) return authority.error();
  return {};
}

Result<Issued> issue_terminal(const std::string& authority_folder, const std::string& terminal_id,
                              const std::string& out_folder, bool force, Validity validity) {
  if (auto good = check_terminal_id(terminal_id); !good) return good.error();
  Order order{
      "terminal", {terminal_id, validity.days, leaf_extensions("clientAuth")}, [&](X509* old) {
        const auto name = common_name(old);
        return name == terminal_id ? std::string() : "is of terminal \"" + name + "\"";
      }};
  return issue(authority_folder, order, out_folder, force);
}

Result<Issued> issue_gateway(const std::string& authority_folder,
                             const std::vector<std::string>& hosts, const std::string& out_folder,
                             bool force, Validity validity) {
  if (hosts.empty())
    return Error(
        "a gateway needs at least one host: the name or address that terminals connect to");
  std::string names;
  for (const auto& host : hosts) {
    if (auto good = check_host(host); !good) return good.error();
    names += std::string(names.empty() ? "" : ",") + (is_address(host) ? "IP:" : "DNS:") + host;
  }
  auto extensions = leaf_extensions("serverAuth");
  extensions.push_back({NID_subject_alt_name, names});
  Order order{"gateway",
              // A common name holds 64 characters; who checks a host reads the alternative names.
              {hosts.front().substr(0, 64), validity.days, std::move(extensions)},
              [&](X509* old) {
                for (const auto& host : hosts)
                  if (!covers_host(old, host)) return "does not hold for " + host;
                return std::string();
              }};
  return issue(authority_folder, order, out_folder, force);
}

}  // namespace lujing::pki

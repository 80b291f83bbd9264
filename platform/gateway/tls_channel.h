// One TLS session without a socket: what came from the network goes in, what is to be sent comes
// out. The OpenSSL object is driven directly, because Asio's ssl::stream keeps about 68 kB of
// buffers a connection; here an idle session keeps none.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace lujing::gateway {

class TlsChannel {
 public:
  enum class Step : unsigned char {
    done,    ///< the handshake is over; data was read
    more,    ///< more must come from the network
    closed,  ///< the peer has said that it is finished
    failed,  ///< see error()
  };

  explicit TlsChannel(SSL_CTX* context);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  /// What has come from the network. Taken whole by handshake() and read() until they say `more`;
  /// the bytes must stay until then.
  void feed(std::string_view bytes) { input_ = bytes; }
  Step handshake();
  /// Deciphers into `buffer`; `got` of it are good when it says `done`.
  Step read(char* buffer, std::size_t size, std::size_t& got);
  /// Enciphers; false: it cannot any more.
  bool write(std::string_view plain);
  /// Says that nothing more will be written.
  void close();

  /// Enciphered bytes that wait to be sent; the caller takes them away from the front.
  std::string& output() { return output_; }
  /// A part of a record has come and waits for the rest.
  bool holds_partial_record() const;
  bool resumed() const;
  /// The peer's certificate: its subject's common name, "" if there is none.
  std::string peer_name() const;
  /// A ticket may outlive the certificate for which it was given.
  bool peer_expired() const;
  /// Gives back what the handshake has left behind. The peer's name is gone after it.
  void shed_handshake();
  std::string error() const;

 private:
  struct Bio;
  struct FreeSsl {
    void operator()(SSL* ssl) const;
  };
  Step verdict(int returned);

  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string_view input_;
  std::string output_;
  std::string error_;
};

}  // namespace lujing::gateway

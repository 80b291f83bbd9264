// Whose certificate it is. In the library lujing_credentials, as all of `base` that needs OpenSSL.
#pragma once

#include <string>

struct x509_st;

namespace lujing {

/// The subject's common name; empty: it has none.
std::string common_name(const x509_st* certificate);

}  // namespace lujing

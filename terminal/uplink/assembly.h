// A directive out of its pieces. One at a time; what the inbox does not want is passed over.
#pragma once

#include "terminal/uplink/inbox.h"

#include <optional>
#include <string>

namespace lujing::wire {
class Directive;
}

namespace lujing::uplink {

class Assembly {
 public:
  /// Takes a frame's piece. An answer: the directive has come to its end here.
  std::optional<DirectiveAnswer> take(const wire::Directive& piece, DirectiveInbox& inbox);

 private:
  std::optional<DirectiveAnswer> begin(const wire::Directive& piece, DirectiveInbox& inbox);
  std::optional<DirectiveAnswer> refuse(const wire::Directive& piece, std::string reason);

  protocol::DirectiveHead head_;
  std::string body_;
  bool gathering_ = false;
};

}  // namespace lujing::uplink

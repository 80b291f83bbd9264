// What an audit of a month says of its days.
#pragma once

#include "ctl/audit_rules.h"
#include "platform/report/month.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>

namespace lujing::ctl {

/// Plans that were asked of days on which no vehicle had them.
void add_differences(const report::Month& month, AuditRules& rules);
/// [{"day", "plans", "under_way", "km", "missing", "plans_not_had"}]
nlohmann::ordered_json month_json(const report::Month& month);
/// A line for each day, and one for days that are still to come.
void print_month(const report::Month& month, std::ostream& out);

}  // namespace lujing::ctl

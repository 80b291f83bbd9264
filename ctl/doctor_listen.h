// How the doctor listens to devices. Private to it.
#pragma once

#include "hal/source.h"

#include <functional>
#include <vector>

namespace lujing::ctl {

/// Lets sources run until `enough` says so or the time is over. Never calls it from two threads.
void listen(const std::vector<hal::Source*>& sources, double wait_s,
            const std::function<bool(const hal::Observation&)>& enough);

}  // namespace lujing::ctl

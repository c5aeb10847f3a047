// SPDX-License-Identifier: Apache-2.0
#include "tests/race/slot_history.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace hubward::test {
namespace {

enum class Stands : std::uint8_t { stranger, waits, holds, turned_down, gone };

// The hub, one step after the other. Steps can be taken back, newest first.
class Hub {
  public:
    Hub(std::size_t people, unsigned slots) : stands_(people, Stands::stranger), free_(slots) {}

    // False, and nothing has changed, when the step is impossible now.
    bool take(const SlotStep& step) {
        const std::size_t before = undo_.size();
        const bool possible = change(step);
        // Nobody waits beside a free slot.
        if (!possible || (waiting_ > 0 && free_ > 0)) {
            take_back(before);
            return false;
        }
        return true;
    }
    std::size_t mark() const { return undo_.size(); }
    void take_back(std::size_t mark) {
        while (undo_.size() > mark) {
            count(stands_[undo_.back().person], -1);
            stands_[undo_.back().person] = undo_.back().stood;
            count(undo_.back().stood, 1);
            undo_.pop_back();
        }
    }

  private:
    struct Was {
        PersonNumber person;
        Stands stood;
    };

    void count(Stands stands, int by) {
        waiting_ += stands == Stands::waits ? by : 0;
        free_ -= stands == Stands::holds ? by : 0;
    }
    void set(PersonNumber person, Stands now) {
        undo_.push_back({person, stands_[person]});
        count(stands_[person], -1);
        stands_[person] = now;
        count(now, 1);
    }
    bool change(const SlotStep& step) {
        if (step.arrives != nobody) {
            if (stands_[step.arrives] != Stands::stranger) {
                return false;
            }
            set(step.arrives, Stands::waits);
        }
        for (const SlotChange& each : step.changes) {
            const Stands stood = stands_[each.person];
            if (each.got) {
                // Whom the hub has turned down may be asked again, and need not be.
                if (free_ <= 0 || (stood != Stands::waits && stood != Stands::turned_down)) {
                    return false;
                }
                set(each.person, Stands::holds);
            } else if (stood != Stands::holds) {
                return false;
            } else {
                set(each.person, Stands::turned_down);
            }
        }
        if (step.leaves != nobody) {
            const Stands stood = stands_[step.leaves];
            if (stood != Stands::waits && stood != Stands::turned_down) {
                return false;  // a stranger, long gone, or still on a slot
            }
            set(step.leaves, Stands::gone);
        }
        return true;
    }

    std::vector<Stands> stands_;
    std::vector<Was> undo_;
    std::int64_t free_;
    std::int64_t waiting_ = 0;
};

// One bit pattern for a set of steps: the sum of these over its members.
std::uint64_t scattered(std::uint64_t n) {
    n += 0x9e37'79b9'7f4a'7c15;
    n = (n ^ n >> 30) * 0xbf58'476d'1ce4'e5b9;
    n = (n ^ n >> 27) * 0x94d0'49bb'1331'11eb;
    return n ^ n >> 31;
}

class Search {
  public:
    Search(const std::vector<SlotStep>& history, unsigned slots, std::size_t people)
        : steps_(history), order_(history.size()), done_(history.size(), false), hub_(people, slots) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::ranges::sort(order_, {}, [&](std::size_t i) { return steps_[i].asked; });
    }

    std::string run(std::uint64_t tries_left) {
        std::vector<Choice> path;
        path.push_back({candidates(), 0, 0, 0});
        while (path.size() <= steps_.size()) {
            Choice& here = path.back();
            if (here.next == here.open.size()) {
                if (path.size() == 1) {
                    return blame();
                }
                path.pop_back();
                undo(path.back());
                continue;
            }
            if (tries_left-- == 0) {
                return "not decided: too many orders to try; " + blame();
            }
            const std::size_t at = here.open[here.next++];
            here.mark = hub_.mark();
            if (!hub_.take(step(at))) {
                continue;
            }
            here.taken = at;
            set_ += scattered(at);
            if (!tried_.insert(set_).second) {  // this set of steps led nowhere before
                set_ -= scattered(at);
                hub_.take_back(here.mark);
                continue;
            }
            done_[at] = true;
            while (first_ < done_.size() && done_[first_]) {
                ++first_;
            }
            farthest_ = std::max(farthest_, first_);
            path.push_back({candidates(), 0, 0, 0});
        }
        return {};
    }

  private:
    struct Choice {
        std::vector<std::size_t> open;
        std::size_t next;
        std::size_t taken;
        std::size_t mark;
    };

    const SlotStep& step(std::size_t at) const { return steps_[order_[at]]; }

    // Steps that may come next: asked before any other open one was answered. The first to be
    // answered is tried first.
    std::vector<std::size_t> candidates() const {
        std::vector<std::size_t> open;
        std::uint64_t earliest = UINT64_MAX;
        for (std::size_t at = first_; at < order_.size() && step(at).asked < earliest; ++at) {
            if (!done_[at]) {
                earliest = std::min(earliest, step(at).answered);
                open.push_back(at);
            }
        }
        std::ranges::sort(open, {}, [&](std::size_t at) { return step(at).answered; });
        return open;
    }
    void undo(const Choice& choice) {
        hub_.take_back(choice.mark);
        set_ -= scattered(choice.taken);
        done_[choice.taken] = false;
        first_ = std::min(first_, choice.taken);
    }
    std::string blame() const {
        const SlotStep& stuck = step(std::min(farthest_, order_.size() - 1));
        std::string text = "no order can hold the step asked at " + std::to_string(stuck.asked) +
                           " and answered at " + std::to_string(stuck.answered) + ":";
        const auto tell = [&](const char* what, PersonNumber who) {
            text.append(" ").append(what).append(" ").append(std::to_string(who));
        };
        if (stuck.arrives != nobody) {
            tell("arrives", stuck.arrives);
        }
        for (const SlotChange& each : stuck.changes) {
            tell(each.got ? "got" : "lost", each.person);
        }
        if (stuck.leaves != nobody) {
            tell("leaves", stuck.leaves);
        }
        return text;
    }

    const std::vector<SlotStep>& steps_;
    std::vector<std::size_t> order_;  // by `asked`
    std::vector<bool> done_;          // by place in order_
    std::size_t first_ = 0;           // the first that is not done
    std::size_t farthest_ = 0;
    std::uint64_t set_ = 0;
    std::unordered_set<std::uint64_t> tried_;
    Hub hub_;
};

}  // namespace

std::string not_linearizable(const std::vector<SlotStep>& history, unsigned slots,
                             std::uint64_t tries) {
    PersonNumber people = 0;
    const auto see = [&](PersonNumber person) {
        people = person == nobody ? people : std::max(people, person + 1);
    };
    for (const SlotStep& step : history) {
        see(step.arrives);
        see(step.leaves);
        for (const SlotChange& each : step.changes) {
            see(each.person);
        }
    }
    return Search(history, slots, people).run(tries * (history.size() + 1));
}

}  // namespace hubward::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/power/readers.hpp"

#include <algorithm>

namespace hubward::test {

std::string Readers::read_one(storage::EventLog& log, const Told& told) {
    const auto& streams = told.streams();
    if (readers_.size() < 6 && !streams.empty()) {
        auto pick = streams.begin();
        std::advance(pick, static_cast<std::ptrdiff_t>(random_.below(streams.size())));
        readers_.push_back({pick->first, log.bounds(pick->first).epoch, {}});
    }
    if (readers_.empty()) {
        return "";
    }
    return read(readers_[random_.below(readers_.size())], log, told, 1 + random_.below(40));
}

std::string Readers::read_all(storage::EventLog& log, const Told& told) {
    for (Reader& reader : readers_) {
        while (reader.seen.size() < told.stream(reader.stream).size()) {
            const std::size_t before = reader.seen.size();
            if (auto wrong = read(reader, log, told, 64); !wrong.empty()) {
                return wrong;
            }
            if (reader.seen.size() == before) {
                return "the feed of " + reader.stream + " ends too early";
            }
        }
        if (reader.seen != told.stream(reader.stream)) {
            return "a reader of " + reader.stream + " saw what was never told";
        }
    }
    return "";
}

std::string Readers::read(Reader& reader, storage::EventLog& log, const Told& told,
                          std::size_t limit) {
    const storage::StreamBounds bounds = log.bounds(reader.stream);
    if (bounds.epoch != reader.epoch) {
        return "the history of " + reader.stream + " was changed without a loss";
    }
    if (bounds.head < reader.seen.size()) {
        return "the stream " + reader.stream + " took back what it had shown";
    }
    const auto& numbers = told.stream(reader.stream);
    for (const storage::StreamEvent& event : log.read(reader.stream, reader.seen.size(), limit)) {
        if (event.seq != reader.seen.size() + 1) {
            return "the stream " + reader.stream + " skips or repeats";
        }
        // What nobody was told yet is durable all the same, and is compared at the end.
        if (event.seq <= numbers.size() && event.number != numbers[event.seq - 1]) {
            return "the stream " + reader.stream + " shows another event";
        }
        reader.seen.push_back(event.number);
    }
    return "";
}

}  // namespace hubward::test

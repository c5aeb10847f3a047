// SPDX-License-Identifier: Apache-2.0
//
// Values to bytes and back. fields.hpp names what each struct consists of, once; Encoder and
// Decoder walk that list, so what is written and what is read cannot drift apart.
//
// Format: little-endian throughout. Numbers are LEB128 (signed ones zigzag), bytes and flags one
// byte, ids a flag and 16 bytes, texts their length and bytes. The decoder trusts nothing: every
// length is checked against what is left, every code against its list, and a number must be in its
// shortest form, so that equal values have exactly one encoding. Not thread-safe; no exceptions.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "matcher/types.hpp"

namespace hubward::storage {

// The last enumerator of a code. Every enum that is written has one (fields.hpp); an index enum,
// whose every value is good, says so by having `open_ended`.
template <class Code>
struct CodeRange;

class Encoder {
  public:
    static constexpr bool decoding = false;
    explicit Encoder(std::string& out) : out_(out) {}

    template <class... T>
    void operator()(const T&... values) {
        (put(values), ...);
    }
    // Members that records older than `version` do not have: written always, read where they are.
    template <class... T>
    void since(std::uint16_t /*version*/, const T&... values) {
        (put(values), ...);
    }
    // A value that must not exceed `most`; the decoder checks it.
    template <class T>
    void at_most(const T& value, std::size_t /*most*/) {
        put(value);
    }
    void byte(std::uint8_t b) { out_.push_back(static_cast<char>(b)); }
    void word(std::uint64_t n) {
        while (n >= 0x80) {
            byte(static_cast<std::uint8_t>(n | 0x80));
            n >>= 7;
        }
        byte(static_cast<std::uint8_t>(n));
    }
    void raw(std::string_view bytes) { out_.append(bytes); }
    void text(std::string_view bytes) {
        word(bytes.size());
        raw(bytes);
    }

  private:
    template <class T>
    void put(const T& v) {
        if constexpr (std::is_same_v<T, bool>) {
            byte(v ? 1 : 0);
        } else if constexpr (std::is_same_v<T, std::uint8_t>) {
            byte(v);
        } else if constexpr (std::is_enum_v<T>) {
            put(static_cast<std::underlying_type_t<T>>(v));
        } else if constexpr (std::is_unsigned_v<T>) {
            word(v);
        } else if constexpr (std::is_integral_v<T>) {
            const auto wide = static_cast<std::int64_t>(v);
            word((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
        } else {
            fields(*this, v);
        }
    }
    template <class Tag>
    void put(const matcher::Id128<Tag>& id) {
        byte(id ? 1 : 0);
        if (id) {
            fixed(id.high);
            fixed(id.low);
        }
    }
    template <std::size_t N>
    void put(const matcher::ShortText<N>& t) {
        byte(t.size);
        raw(t.view());
    }
    template <class Code, class Word>
    void put(const matcher::CodeSet<Code, Word>& set) {
        put(set.bits);
    }
    template <class T, std::size_t N>
    void put(const std::array<T, N>& a) {
        for (const T& v : a) {
            put(v);
        }
    }
    template <class T>
    void put(const std::vector<T>& list) {
        word(list.size());
        for (const T& v : list) {
            put(v);
        }
    }
    template <class... T>
    void put(const std::variant<T...>& v) {
        static_assert(sizeof...(T) < 256);
        byte(static_cast<std::uint8_t>(v.index()));
        std::visit([this](const auto& held) { this->put(held); }, v);
    }
    void fixed(std::uint64_t n) {
        for (int shift = 0; shift < 64; shift += 8) {
            byte(static_cast<std::uint8_t>(n >> shift));
        }
    }

    std::string& out_;
};

class Decoder {
  public:
    static constexpr bool decoding = true;
    // `version` is that of the record; without one, the bytes are of today's format.
    explicit Decoder(std::string_view in, std::uint16_t version = UINT16_MAX)
        : in_(in), version_(version) {}

    // After the first fault every value reads as zero and ok() stays false.
    template <class... T>
    void operator()(T&... values) {
        (get(values), ...);
    }
    template <class... T>
    void since(std::uint16_t version, T&... values) {
        if (version_ >= version) {
            (get(values), ...);
        }
    }
    template <class T>
    void at_most(T& value, std::size_t most) {
        get(value);
        if (static_cast<std::size_t>(value) > most) {
            fail();
            value = T{};
        }
    }
    bool ok() const { return ok_; }
    void fail() {
        ok_ = false;
        in_ = {};
    }
    std::size_t left() const { return in_.size(); }

    std::uint8_t byte() {
        if (in_.empty()) {
            fail();
            return 0;
        }
        const auto b = static_cast<std::uint8_t>(in_.front());
        in_.remove_prefix(1);
        return b;
    }
    std::uint64_t word() {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t b = byte();
            if (shift == 63 && b > 1) {
                break;  // more than 64 bits
            }
            n |= static_cast<std::uint64_t>(b & 0x7f) << shift;
            if (b < 0x80) {
                if (b == 0 && shift != 0) {
                    break;  // a shorter form of the same number exists
                }
                return n;
            }
        }
        fail();
        return 0;
    }
    std::string_view raw(std::size_t size) {
        if (size > in_.size()) {
            fail();
            return {};
        }
        const std::string_view bytes = in_.substr(0, size);
        in_.remove_prefix(size);
        return bytes;
    }
    std::string_view text(std::size_t size_max) {
        const std::uint64_t size = word();
        if (size > size_max) {
            fail();
            return {};
        }
        return raw(static_cast<std::size_t>(size));
    }

  private:
    template <class T>
    void get(T& v) {
        if constexpr (std::is_same_v<T, bool>) {
            const std::uint8_t b = byte();
            v = b == 1;
            if (b > 1) {
                fail();
            }
        } else if constexpr (std::is_same_v<T, std::uint8_t>) {
            v = byte();
        } else if constexpr (std::is_enum_v<T>) {
            std::underlying_type_t<T> n{};
            get(n);
            if constexpr (!requires { CodeRange<T>::open_ended; }) {
                if (n > static_cast<std::underlying_type_t<T>>(CodeRange<T>::last)) {
                    fail();
                    n = {};
                }
            }
            v = static_cast<T>(n);
        } else if constexpr (std::is_unsigned_v<T>) {
            const std::uint64_t n = word();
            narrow(v, n, n <= std::numeric_limits<T>::max());
        } else if constexpr (std::is_integral_v<T>) {
            const std::uint64_t n = word();
            const auto wide = static_cast<std::int64_t>((n >> 1) ^ (~(n & 1) + 1));
            narrow(v, wide,
                   wide >= std::numeric_limits<T>::min() && wide <= std::numeric_limits<T>::max());
        } else {
            fields(*this, v);
        }
    }
    template <class T, class Wide>
    void narrow(T& v, Wide n, bool fits) {
        if (!fits) {
            fail();
        }
        v = fits ? static_cast<T>(n) : T{};
    }
    template <class Tag>
    void get(matcher::Id128<Tag>& id) {
        id = {};
        const std::uint8_t present = byte();
        if (present == 1) {
            id.high = fixed();
            id.low = fixed();
        }
        if (present > 1 || (present == 1 && !id)) {
            fail();
        }
    }
    template <std::size_t N>
    void get(matcher::ShortText<N>& t) {
        const std::size_t size = byte();
        if (size > N) {
            fail();
        }
        t = matcher::ShortText<N>(raw(ok_ ? size : 0));
    }
    template <class Code, class Word>
    void get(matcher::CodeSet<Code, Word>& set) {
        get(set.bits);
    }
    template <class T, std::size_t N>
    void get(std::array<T, N>& a) {
        for (T& v : a) {
            get(v);
        }
    }
    template <class T>
    void get(std::vector<T>& list) {
        const std::uint64_t size = word();
        if (size > in_.size()) {  // every element takes at least one byte
            fail();
            return;
        }
        list.clear();
        // What is kept takes more room than what is written, a referral twice as much. A length that lies must not
        // cost more than that.
        constexpr std::size_t grows_at_most = 4;
        list.reserve(std::min(static_cast<std::size_t>(size), grows_at_most * in_.size() / sizeof(T) + 1));
        for (std::uint64_t i = 0; i < size && ok_; ++i) {
            get(list.emplace_back());
        }
    }
    template <class... T>
    void get(std::variant<T...>& v) {
        const std::size_t index = byte();
        if (index >= sizeof...(T)) {
            fail();
            return;
        }
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (void)((I == index ? (get(v.template emplace<I>()), true) : false) || ...);
        }(std::index_sequence_for<T...>{});
    }
    std::uint64_t fixed() {
        const std::string_view bytes = raw(8);
        std::uint64_t n = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            n |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        }
        return n;
    }

    std::string_view in_;
    std::uint16_t version_;
    bool ok_ = true;
};

}  // namespace hubward::storage

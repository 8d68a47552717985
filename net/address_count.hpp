// How many connections are open, in all and of each address, and the limits on both: one place for each
// connection.
//
// Threads   belongs to one thread, and so do its places.
// Lifetime  places share the counts, so they may outlive whoever made them.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace framewright::net {

class AddressCount {
  struct Counts {
    std::map<boost::asio::ip::address, int> of;
    int open = 0;
  };

 public:
  /// Gives itself back when it ends. Move-only.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&& other) noexcept {
      std::swap(counts_, other.counts_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Place() {
      if (!counts_) return;
      --counts_->open;
      const auto found = counts_->of.find(address_);
      if (--found->second == 0) counts_->of.erase(found);
    }

   private:
    friend class AddressCount;
    Place(std::shared_ptr<Counts> counts, boost::asio::ip::address address)
        : counts_(std::move(counts)), address_(std::move(address)) {}

    std::shared_ptr<Counts> counts_;
    boost::asio::ip::address address_;
  };

  AddressCount(int limit_per_address, int limit)
      : limit_per_address_(limit_per_address), limit_(limit), counts_(std::make_shared<Counts>()) {}

  /// A place, or none at either limit.
  std::optional<Place> take(const boost::asio::ip::address& address) {
    if (counts_->open >= limit_) return std::nullopt;
    auto& open = counts_->of[address];
    if (open >= limit_per_address_) return std::nullopt;
    ++open;
    ++counts_->open;
    return Place{counts_, address};
  }

  int open() const noexcept { return counts_->open; }

 private:
  // Given.
  const int limit_per_address_;
  const int limit_;
  // Measured.
  std::shared_ptr<Counts> counts_;
};

}  // namespace framewright::net

import Testing

@testable import Config

struct AddressBookTests {
    private var book = AddressBook()

    @Test func `addresses come with the answer that has them, and go with the second that lacks them`() {
        var book = book
        #expect(book.take(["10.0.0.2", "10.0.0.1"], of: "boxes", most: 9).added == ["10.0.0.1", "10.0.0.2"])
        #expect(book.take(["10.0.0.2", "10.0.0.3"], of: "boxes", most: 9).added == ["10.0.0.3"])
        #expect(book.addresses == ["boxes": ["10.0.0.1", "10.0.0.2", "10.0.0.3"]])
        #expect(book.take(["10.0.0.2", "10.0.0.3"], of: "boxes", most: 9) == .init(removed: ["10.0.0.1"]))
        #expect(book.addresses == ["boxes": ["10.0.0.2", "10.0.0.3"]])
    }

    @Test func `an answer that has a part of them each time loses none`() {
        var book = book
        _ = book.take(["10.0.0.1", "10.0.0.2", "10.0.0.3"], of: "boxes", most: 9)
        for turn in 0..<30 {
            let part = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].enumerated().filter { $0.offset != turn % 3 }.map(\.element)
            #expect(book.take(part, of: "boxes", most: 9).isEmpty)
        }
    }

    @Test func `an answer with nothing changes nothing, however often it comes`() {
        var book = book
        _ = book.take(["10.0.0.1"], of: "boxes", most: 9)
        for _ in 0..<5 { #expect(book.take([], of: "boxes", most: 9).isEmpty) }
        #expect(book.addresses == ["boxes": ["10.0.0.1"]])
        #expect(book.knows("boxes") && !book.knows("others"))
    }

    @Test func `those that are followed are before those that are new where there are too many`() {
        var book = book
        _ = book.take(["10.0.0.8", "10.0.0.9"], of: "boxes", most: 2)
        let change = book.take(["10.0.0.1", "10.0.0.8", "10.0.0.9"], of: "boxes", most: 2)
        #expect(change == .init(leftOut: 1))
        #expect(book.take(["10.0.0.1", "10.0.0.9"], of: "boxes", most: 2) == .init(leftOut: 1))
        #expect(
            book.take(["10.0.0.1", "10.0.0.9"], of: "boxes", most: 2)
                == .init(added: ["10.0.0.1"], removed: ["10.0.0.8"]))
    }

    @Test(
        "a box with addresses of both kinds is one box",
        arguments: [
            (["10.0.0.1", "fd00::1"], ["10.0.0.1"]), (["fd00::2", "fd00::1"], ["fd00::1", "fd00::2"]),
            (["fe80::1%eth0", "10.0.0.1", "10.0.0.1"], ["10.0.0.1"]), (["fe80::1%eth0"], []),
        ])
    func families(found: [String], followed: [String]) {
        var book = book
        _ = book.take(found, of: "boxes", most: 9)
        #expect(book.addresses["boxes"] ?? [] == followed)
    }

    @Test func `an answer with the other kind alone makes no box two`() {
        var book = book
        _ = book.take(["10.0.0.1", "10.0.0.2"], of: "boxes", most: 9)
        #expect(book.take(["fd00::1", "fd00::2"], of: "boxes", most: 9) == .init(), "its IPv4 servers may be silent")
        #expect(book.take(["10.0.0.1", "10.0.0.2", "fd00::1"], of: "boxes", most: 9) == .init())
        #expect(book.addresses == ["boxes": ["10.0.0.1", "10.0.0.2"]])
        _ = book.take(["fd00::1"], of: "boxes", most: 9)
        #expect(
            book.take(["fd00::1"], of: "boxes", most: 9)
                == .init(added: ["fd00::1"], removed: ["10.0.0.1", "10.0.0.2"]))
        // And back, when the boxes have got IPv4 addresses.
        #expect(book.take(["10.0.0.1", "fd00::1"], of: "boxes", most: 9) == .init())
        #expect(
            book.take(["10.0.0.1", "fd00::1"], of: "boxes", most: 9) == .init(added: ["10.0.0.1"], removed: ["fd00::1"])
        )
    }

    @Test func `a bound that is lowered holds for those that are followed, and those that were missed go first`() {
        var book = book
        _ = book.take(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], of: "boxes", most: 9)
        var lowered = book
        #expect(
            lowered.take(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], of: "boxes", most: 2)
                == .init(removed: ["10.0.0.3", "10.0.0.4"], leftOut: 2))
        _ = book.take(["10.0.0.2", "10.0.0.3", "10.0.0.4"], of: "boxes", most: 9)
        book.cut(to: 3)
        #expect(book.addresses == ["boxes": ["10.0.0.2", "10.0.0.3", "10.0.0.4"]])
        book.cut(to: 1)
        #expect(book.addresses == ["boxes": ["10.0.0.2"]])
    }

    @Test func `names that nobody follows any more are forgotten`() {
        var book = book
        _ = book.take(["10.0.0.1"], of: "boxes", most: 9)
        _ = book.take(["10.0.0.2"], of: "others", most: 9)
        book.keep(["others"])
        #expect(book.addresses == ["others": ["10.0.0.2"]])
    }
}

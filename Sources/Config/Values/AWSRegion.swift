/// The names of AWS's regions, such as `eu-central-1`. They become part of a host's name, so their form is held to.
enum AWSRegion {
    /// Two letters, one or more words, a number, with dashes between.
    static func isOne(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let first = parts.first, let last = parts.last else { return false }
        return first.utf8.count == 2 && parts.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isLetter) }
            && !last.isEmpty && last.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

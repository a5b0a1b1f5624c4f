/// Names of members as Go's decoder matches them: without regard to case, by Unicode's simple folding.
///
/// Ollama finds `"Model"` where `"model"` is asked for, and so has everybody who changes a request on its way to a box.
enum GoName {
    /// Whether it is what it folds to: neither capitals, nor escapes, nor anything outside ASCII. Most names are.
    static func isFolded(_ raw: UnsafeRawBufferPointer) -> Bool {
        for byte in raw where byte >= 0x80 || byte == 0x5c || byte &- 0x41 < 26 { return false }
        return true
    }

    /// The decoded name in small letters, with the two letters outside ASCII that fold into it: the long s and the
    /// sign of the kelvin.
    static func folded(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity(raw.count)
        JSONString.unescape(raw) { name.append(contentsOf: $0) }
        var folded: [UInt8] = []
        folded.reserveCapacity(name.count)
        var rest = name[...]
        while let byte = rest.first {
            if rest.starts(with: [0xc5, 0xbf]) {
                folded.append(0x73)
                rest = rest.dropFirst(2)
            } else if rest.starts(with: [0xe2, 0x84, 0xaa]) {
                folded.append(0x6b)
                rest = rest.dropFirst(3)
            } else {
                folded.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
                rest = rest.dropFirst()
            }
        }
        return folded
    }

    /// Whether Go takes a raw name for this one, which is in small letters.
    static func matches(_ raw: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        if raw.equals(name) { return true }
        // Nothing gets longer by folding.
        guard raw.count >= name.utf8CodeUnitCount, !isFolded(raw) else { return false }
        return folded(raw).withUnsafeBytes { $0.equals(name) }
    }
}

extension UnsafeRawBufferPointer {
    /// The member that Go takes for this name, of the object at `slice`: the last one if there are more; nil where
    /// there is none, where it is `null`, and where `slice` is no object.
    func goMember(_ name: StaticString, of slice: JSONSlice) -> JSONSlice? {
        guard !slice.isAbsent, self[slice][0] == 0x7b else { return nil }
        var found: JSONSlice?
        forEachMember(of: slice) { if GoName.matches(self[$0], name), !self[$1].equals("null") { found = $1 } }
        return found
    }
}

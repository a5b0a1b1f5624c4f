/// Walks of values that a scan has already found valid.
extension UnsafeRawBufferPointer {
    /// Calls for each element of the array at `slice`.
    @inline(__always)
    func forEachElement<Fault: Error>(
        of slice: JSONSlice, _ body: (JSONSlice) throws(Fault) -> Void
    ) throws(Fault) {
        var walk = JSONScanner(self)
        walk.position = Int(slice.start) + 1
        var first = true
        while case .value = walk.nextElement(first: &first) {
            guard let element = walk.takeValue(depth: 0) else { return }
            try body(element)
        }
    }

    /// Calls with the raw name and the value of each member of the object at `slice`.
    @inline(__always)
    func forEachMember<Fault: Error>(
        of slice: JSONSlice, _ body: (JSONSlice, JSONSlice) throws(Fault) -> Void
    ) throws(Fault) {
        var walk = JSONScanner(self)
        walk.position = Int(slice.start) + 1
        var name = JSONSlice()
        var first = true
        while case .value = walk.nextMember(&name, first: &first) {
            guard let value = walk.takeValue(depth: 0) else { return }
            try body(name, value)
        }
    }

    /// The member of this name of the object at `slice`, the last one if there are more; nil when there is none, when
    /// it is `null`, and when `slice` is no object.
    func member(_ name: StaticString, of slice: JSONSlice) -> JSONSlice? {
        guard !slice.isAbsent, self[slice][0] == 0x7b else { return nil }
        var found: JSONSlice?
        forEachMember(of: slice) { if self[$0].equals(name) { found = $1 } }
        return found.flatMap { self[$0].equals("null") ? nil : $0 }
    }

    /// Whether the object or array at `slice` has nothing in it.
    func isEmptyContainer(_ slice: JSONSlice) -> Bool {
        self[slice].dropFirst().dropLast().allSatisfy { $0 <= 0x20 }
    }

    /// Whether one of the elements of the array at `slice` is this string (quotes included).
    func hasElement(_ text: StaticString, in slice: JSONSlice) -> Bool {
        var found = false
        forEachElement(of: slice) { if self[$0].equals(text) { found = true } }
        return found
    }
}

extension UnsafeRawBufferPointer {
    /// The whole of a value that stands alone.
    var whole: JSONSlice { JSONSlice(from: 0, to: count) }

    /// The value that stands behind white space, up to the end.
    var object: JSONSlice {
        var scanner = JSONScanner(self)
        _ = scanner.skipSpace()
        return JSONSlice(from: scanner.position, to: count)
    }

    /// The member of this name, where this is one value and an object.
    func member(_ name: StaticString) -> UnsafeRawBufferPointer? { member(name, of: whole).map { self[$0] } }
}

/// Changes to a JSON document that leave all else of it as it stands: found while the document is walked, applied when
/// it is written.
///
/// Edits do not overlap; those at one place keep the order in which they were made.
struct JSONEdits: Sendable {
    /// The new text.
    enum Piece: Sendable {
        case text(StaticString)
        /// A part of the same document.
        case part(JSONSlice)
        case bytes([UInt8])
    }

    private struct Edit {
        let start: Int
        let end: Int
        let piece: Piece
    }

    private var list: [Edit] = []
    /// Bytes of all the pieces.
    private(set) var added = 0

    /// Forgets all edits, and keeps their room.
    mutating func removeAll() {
        list.removeAll(keepingCapacity: true)
        added = 0
    }

    mutating func replace(_ slice: JSONSlice, with piece: Piece) {
        add(Int(slice.start), Int(slice.start) + Int(slice.count), piece)
    }

    mutating func insert(_ piece: Piece, at offset: Int) { add(offset, offset, piece) }

    mutating func remove(from start: Int, to end: Int) { add(start, end, .text("")) }

    private mutating func add(_ start: Int, _ end: Int, _ piece: Piece) {
        switch piece {
        case .text(let text): added += text.utf8CodeUnitCount
        case .part(let slice): added += Int(slice.count)
        case .bytes(let bytes): added += bytes.count
        }
        // Most are made in order, and belong at the end.
        var index = list.count
        while index > 0, list[index - 1].start > start { index -= 1 }
        list.insert(Edit(start: start, end: end, piece: piece), at: index)
    }

    /// Calls for each member of the object at `slice` with its raw name and its value; takes those out for which the
    /// answer is false. Edits inside of a member that stays are made by the callback, on the edits it is handed.
    ///
    /// - Returns: how many stay.
    @discardableResult
    mutating func editMembers<Fault: Error>(
        of slice: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ keeps: (inout JSONEdits, _ name: JSONSlice, _ value: JSONSlice) throws(Fault) -> Bool
    ) throws(Fault) -> Int {
        var commas = Commas(of: slice)
        try bytes.forEachMember(of: slice) { name, value throws(Fault) in
            let stays = try keeps(&self, name, value)
            commas.pass(from: Int(name.start) - 1, to: Int(value.start) + Int(value.count), stays: stays, &self)
        }
        return commas.end(&self)
    }

    /// Takes those elements of the array at `slice` out for which the answer is true.
    mutating func removeElements(
        of slice: JSONSlice, in bytes: UnsafeRawBufferPointer, where goes: (JSONSlice) -> Bool
    ) {
        var commas = Commas(of: slice)
        bytes.forEachElement(of: slice) { element in
            commas.pass(
                from: Int(element.start), to: Int(element.start) + Int(element.count), stays: !goes(element), &self)
        }
        _ = commas.end(&self)
    }

    /// Removes members or elements with their commas: one that goes takes the comma before it along, and before the first that stays
    /// the one behind it.
    private struct Commas {
        private var kept = 0
        /// Behind the one before, or behind the opening bracket.
        private var end: Int
        /// Where those begin that go before the first that stays.
        private var leading: Int?

        init(of slice: JSONSlice) { end = Int(slice.start) + 1 }

        @inline(__always)
        mutating func pass(from start: Int, to next: Int, stays: Bool, _ edits: inout JSONEdits) {
            if stays {
                if let first = leading.take() { edits.remove(from: first, to: start) }
                kept += 1
            } else if kept > 0 {
                edits.remove(from: end, to: next)
            } else if leading == nil {
                leading = start
            }
            end = next
        }

        /// How many stay.
        @inline(__always)
        func end(_ edits: inout JSONEdits) -> Int {
            if let first = leading { edits.remove(from: first, to: end) }
            return kept
        }
    }

    /// Writes the document from `start` to `end` with the edits, all of which must lie there; at most
    /// `end - start + added` bytes.
    @inline(__always)
    func write(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, to out: inout ByteWriter) {
        var position = start
        for edit in list {
            out.write(UnsafeRawBufferPointer(rebasing: bytes[position..<edit.start]))
            switch edit.piece {
            case .text(let text): out.write(text)
            case .part(let slice): out.write(bytes[slice])
            case .bytes(let piece): out.write(piece)
            }
            position = edit.end
        }
        out.write(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
    }
}

/// An array that never shares its memory, so that a change need not ask first whether it has to copy: in the hot loop
/// asking costs more than the change. Bounds are checked.
struct Slab<Element: ~Copyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    /// An empty one.
    init() {
        capacity = 4
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    var indices: Range<Int> { 0..<count }

    /// Traps when `index` is out of bounds.
    subscript(index: Int) -> Element {
        @inline(__always) _read {
            check(index)
            yield base[index]
        }
        @inline(__always) _modify {
            check(index)
            yield &base[index]
        }
    }

    /// Adds an element behind the others; moves all of them when there is no room.
    mutating func append(_ element: consuming Element) {
        if count == capacity {
            let wider = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
            wider.moveInitialize(from: base, count: count)
            base.deallocate()
            base = wider
            capacity *= 2
        }
        (base + count).initialize(to: element)
        count += 1
    }

    /// One comparison: a negative number is a large one without its sign.
    @inline(__always)
    private func check(_ index: Int) {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "out of bounds")
    }
}

// Sound: the memory has one owner, who goes where the value goes.
extension Slab: @unchecked Sendable where Element: Sendable & ~Copyable {}

extension Slab {
    /// Its elements, in an array of its own.
    var copied: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Single numbers of vectors that lie side by side.
extension Slab where Element: SIMD {
    /// Number `index` % lanes of vector `index` / lanes. Traps when there is none.
    subscript(scalar index: Int) -> Element.Scalar {
        @inline(__always) get {
            UnsafeRawPointer(base).load(fromByteOffset: offset(index), as: Element.Scalar.self)
        }
        @inline(__always) set {
            UnsafeMutableRawPointer(base).storeBytes(of: newValue, toByteOffset: offset(index), as: Element.Scalar.self)
        }
    }

    @inline(__always)
    private func offset(_ index: Int) -> Int {
        let scalars = count &* MemoryLayout<Element>.stride / MemoryLayout<Element.Scalar>.stride
        precondition(UInt(bitPattern: index) < UInt(bitPattern: scalars), "out of bounds")
        return index &* MemoryLayout<Element.Scalar>.stride
    }
}

import Foundation
import Fuzzing

/// Which kind this process is for.
private let kind: FuzzKind = {
    let name = ProcessInfo.processInfo.environment["DROVER_FUZZ"] ?? ""
    guard let kind = FuzzKind(rawValue: name) else {
        fatalError("set DROVER_FUZZ to one of \(FuzzKind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return kind
}()

/// What libFuzzer calls with each input that it makes; it takes a process that stops for one that has found something.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    do throws(BrokenLaw) {
        try kind.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}

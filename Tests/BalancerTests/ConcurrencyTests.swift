import Balancer
import Synchronization
import TestSupport
import Testing

/// Many threads at once; worth most under ThreadSanitizer.
@Suite struct ConcurrencyTests {
    @Test(arguments: Strategies.names)
    func `picks, settlements, probes and snapshots from many threads add up`(strategy: String) async throws {
        var fixture = PoolFixture(strategy, size: 4, isProbed: true, maxParallel: 2)
        fixture.spec.settings.maxWaiting = 100
        let (balancer, clock, _) = fixture.make()
        let box = LeaseBox()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var random = RandomSource(seed: UInt64(worker))
                    for step in 0..<400 {
                        let number = worker * 1000 + step
                        do throws(PickError) {
                            var lease = try balancer.pick(ModelID(index: 0), .after())
                            lease.firstToken(after: .milliseconds(50))
                            if random.below(3) > 0 { lease.settle(.success()) } else { box.put(lease, as: number) }
                        } catch {
                            let ticket = try? balancer.wait(for: ModelID(index: 0), .after()) {
                                box.put($0, as: number)
                            }
                            if let ticket, random.below(2) == 0 { balancer.leave(ticket) }
                        }
                        box.settle(number - 3, random.below(4) == 0 ? .failed(.timedOut) : .success())
                    }
                }
            }
            group.addTask {
                for step in 0..<200 {
                    clock.advance(by: .milliseconds(100))
                    await balancer.observe(step % 3 == 0 ? .bad(step % 4) : .good(step % 4))
                    _ = try? await step % 2 == 0 ? balancer.drain("gpu-1") : balancer.undrain("gpu-1")
                    #expect(balancer.snapshot().instances.allSatisfy { $0.inFlight >= 0 && $0.inFlight <= 2 })
                }
            }
        }
        for instance in 0..<4 { for _ in 0..<2 { await balancer.observe(.good(instance)) } }
        // Settling grants whoever waits, which brings new leases: until none comes.
        while balancer.snapshot().inFlight > 0 { box.settleAll() }
        #expect(balancer.snapshot().deployments.allSatisfy { $0.inFlight == 0 && $0.abandoned == 0 })
    }

    #if TSAN
        /// Proves that ThreadSanitizer sees races here at all: run by `make tsan` with the variable set, it must fail.
        @Test(.enabled(if: Environment.isSet("DROVER_RACE")))
        func `a deliberate race is caught`() {
            let racy = Racy()
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                for _ in 0..<5_000_000 { racy.value += 1 }
            }
            #expect(racy.value > 0)
        }
    #endif
}

#if TSAN
    import Dispatch
    import Foundation

    private enum Environment {
        static func isSet(_ name: String) -> Bool { ProcessInfo.processInfo.environment[name] != nil }
    }

    /// Wrong on purpose: `@unchecked` hides from the compiler what ThreadSanitizer has to find.
    private final class Racy: @unchecked Sendable {
        var value = 0
    }
#endif

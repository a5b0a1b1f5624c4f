import Config
import Testing

@Suite struct PoolFileTests {
    private func read(_ text: String) -> (file: PoolFile, faults: [String], warnings: [String]) {
        let (file, faults, warnings) = PoolFile.read(text, name: "pool.yaml")
        return (file, faults.map(\.description), warnings.map(\.description))
    }

    @Test func `everything a pool may say is read`() {
        let (file, faults, warnings) = read(
            """
            gpus:
              mine: {from: rtx-4090, memory: 24GB, prefill: 2500, decode: 55.5, decode_slowdown: 0.2,
                     prefill_interference: 1, load: 2GB, slots: 4, reading: shared}
              old: {from: rtx-4090, reads_in_turn: false}
            boxes:
              - {gpu: mine, count: 3, preloaded: [m1], told_slots: 1}
              - {gpu: rtx-4090, name: big, preloaded: all}
            models:
              - {name: m1, size: 5GB, slot_memory: 500MB}
              - {name: m2, size: 2.5GB, speed: 3, popularity: 0.25}
            pinned:
              mine-1: [m1, m2]
            faults:
              - {at: 50%, box: mine-2, kind: slows, factor: 5}
              - {at: 90s, box: big-1, kind: dies}
            probe_interval: 2s
            slots: unknown
            memory: known
            context: by_memory
            retries: 1
            queue: {max_waiting: 10, max_wait: 30s, objective: 4s}
            timeout: 60s
            objective: 2s
            keep_alive: 10m
            memory_recovery: 500ms
            max_loaded_models: 2
            max_queue: 100
            workload:
              synthetic: poisson:rate=1
              requests: 100
              load: 0.8
              divide_lengths: 4
              one_session_in: 4
              keys: 7
              bursts: {every: 60s, for: 10s, high: 3, low: 0.6, one_model: 0.5}
              classes: {interactive: 1, batch: 3}
              num_ctx: [4096, 16384]
            """)
        #expect(faults == [] && warnings == [])
        #expect(file.cards.map(\.name) == ["mine", "old"])
        #expect(file.cards.map(\.reading) == [.shared, .apart])
        #expect(file.boxes.map(\.toldSlots) == [1, nil])
        #expect(file.queueObjective == .seconds(4))
        #expect(file.contextByMemory && file.workload.contexts == [4_096, 16_384])
        #expect(file.cards[0].from?.value == "rtx-4090")
        #expect(file.cards[0].memory == 24_000_000_000)
        #expect(file.cards[0].decode == 55.5)
        #expect(file.boxes.map(\.count) == [3, 1])
        #expect(file.boxes.map(\.name) == ["mine", "big"])
        #expect(file.boxes[0].preloaded?.map(\.value) == ["m1"])
        #expect(file.boxes[1].preloaded == nil)
        #expect(file.models.map(\.size) == [5_000_000_000, 2_500_000_000])
        #expect(file.models[1].speed == 3)
        #expect(file.pinned[0].models.map(\.value) == ["m1", "m2"])
        #expect(file.faults.map(\.kind) == ["slows", "dies"])
        #expect(file.faults[0].factor == 5)
        #expect(file.slotsKnown == false)
        #expect(file.memoryKnown)
        #expect(file.maxWait == .seconds(30))
        #expect(file.keepAlive == .seconds(600))
        #expect(file.workload.bursts?.oneModel == 0.5)
        #expect(file.workload.classes == [1, 0, 3])
    }

    @Test func `what is not said has its default`() {
        let (file, faults, _) = read("boxes: [{gpu: t4}]\nmodels: [{name: m, size: 1GB}]")
        #expect(faults == [])
        #expect(file.probeInterval == .seconds(5))
        #expect(file.memoryKnown == false)
        #expect(file.slotsKnown && file.maxWaiting == nil && file.maxWait == nil)
        #expect(file.workload.load == nil && file.workload.requests == nil)
        #expect(file.boxes[0].preloaded?.isEmpty == true)
    }

    @Test func `faults stand where they are`() {
        let faults = read(
            """
            boxes:
              - {count: 3}
              - {gpu: t4, count: none}
            models:
              - {name: m, size: big}
            faults:
              - {at: 150%, box: t4-1, kind: dies}
              - {at: 10s, box: t4-1, kind: explodes}
              - {at: 10s, box: t4-1, kind: slows}
            slots: many
            workload:
              load: 0
              bursts: {every: 10s, for: 20s}
            """
        ).faults
        #expect(
            faults == [
                "pool.yaml:2:5: boxes[0].gpu: is missing",
                "pool.yaml:3:22: boxes[1].count: expects a whole number, found \"none\"",
                "pool.yaml:5:21: models[0].size: \"big\" is not a number with a unit",
                "pool.yaml:7:10: faults[0].at: must be between 0% and 100%",
                "pool.yaml:8:32: faults[1].kind: must be one of dies, hangs, slows, returns",
                "pool.yaml:9:5: faults[2].factor: is missing: how many times slower",
                "pool.yaml:10:8: slots: must be known or unknown",
                "pool.yaml:12:9: workload.load: must be more than 0",
                "pool.yaml:13:11: workload.bursts.for: must be less than every",
            ])
    }

    @Test func `an unknown key is a warning, an empty file a fault`() {
        let (_, faults, warnings) = read("boxes: [{gpu: t4, cuont: 2}]\nmodels: [{name: m, size: 1GB}]")
        #expect(faults == [])
        #expect(warnings == ["pool.yaml:1:19: boxes[0].cuont: unknown key; did you mean \"count\"?"])
        #expect(read("").faults == ["pool.yaml:1:1: the file is empty"])
        #expect(read("models: []").faults == ["pool.yaml:1:1: boxes: a pool needs at least one"])
    }
}

import ArgumentParser
import BoxModel
import Config
import FoundationEssentials
import Simulator
import Testing

@testable import CLI

/// The pools that strategies are compared on, from their files to their figures.
@Suite struct SimulationScenarioTests {
    private static let folder = String(#filePath.dropLast("Tests/ScenarioTests/SimulationScenarioTests.swift".count))

    private func pool(_ name: String) throws -> SimulationAssembly {
        let path = Self.folder + "configs/simulation/\(name).yaml"
        let data = try #require(FileManager.default.contents(atPath: path))
        let (file, faults, warnings) = PoolFile.read(String(decoding: data, as: UTF8.self), name: path)
        let assembly = SimulationAssembly(file)
        #expect(faults + warnings + assembly.faults == [])
        return assembly
    }

    private func figures(_ strategy: String, _ assembly: SimulationAssembly, load: Double = 0.7) throws -> Figures {
        // About as long as Azure's conversations.
        let spec = try SyntheticSpec("poisson:requests=3000,prompt=lognormal(750,0.9),output=lognormal(150,0.8)")
        let workload = SimulationWorkload(
            source: .synthetic(spec), file: assembly.file.workload, requests: nil, load: load
        ).make(for: assembly.pool, seed: 1)
        let result = try Simulation.run(strategy, on: assembly.pool, workload, seed: 1)
        #expect(result.isBalanced)
        return result.figures
    }

    @Test(arguments: ["S1", "S2", "S3", "S4", "S5"])
    func `each of the five pools is without fault and loses nobody`(name: String) throws {
        let assembly = try pool(name)
        #expect(assembly.pool.boxes.count == ["S1": 8, "S4": 8, "S5": 8][name, default: 12])
        #expect(try figures("least-busy", assembly).lost == 0)
    }

    @Test func `models that do not fit cost LiteLLM's strategies minutes, a placement by hand seconds`() throws {
        let assembly = try pool("S2")
        let shuffle = try figures("litellm-simple-shuffle", assembly)
        let leastBusy = try figures("litellm-least-busy", assembly)
        let pinned = try figures("litellm-least-busy@pinned", assembly)
        let clairvoyant = try figures("clairvoyant", assembly)
        #expect(shuffle.timeToFirstToken.p95 > 500)
        #expect(leastBusy.timeToFirstToken.p95 > 50)
        #expect(pinned.timeToFirstToken.p95 < leastBusy.timeToFirstToken.p95 / 5)
        #expect(clairvoyant.timeToFirstToken.p95 < pinned.timeToFirstToken.p95 / 2)
        #expect(pinned.loadsPerThousand < 1)
    }

    @Test func `names that mean nothing are faulted where they stand`() {
        let (file, _, _) = PoolFile.read(
            """
            gpus: {half: {memory: 8GB}, more: {from: gtx}}
            boxes: [{gpu: nvidia}, {gpu: half}, {gpu: more}, {gpu: "4090", preloaded: [m2]}]
            models: [{name: m, size: 1GB}]
            faults: [{at: 1s, box: box-9, kind: dies}]
            """, name: "pool.yaml")
        let faults = SimulationAssembly(file).faults.map(\.description)
        #expect(faults.count == 5)
        #expect(faults[0].hasPrefix("pool.yaml:2:15: boxes[0].gpu: no card is called \"nvidia\""))
        #expect(faults[1].contains("the card half needs memory, prefill, decode and load"))
        #expect(faults[2].hasPrefix("pool.yaml:1:42: gpus.more.from: no card is called \"gtx\""))
        #expect(faults[3].contains("no model is called \"m2\""))
        #expect(faults[4].contains("no box is called \"box-9\"; they are 4090-1"))
    }

    @Test func `options that contradict each other are refused`() {
        for arguments in [
            ["--trace", "a", "--synthetic", "b"], ["--seeds", "0"], ["--load", "-1"], ["--requests", "0"],
        ] {
            #expect(throws: (any Error).self) { try SimulateCommand.parse(arguments) }
        }
    }

    @Test func `cards are found by what people call them`() {
        for name in ["4090", "RTX-4090", "a100-80", "h100", "m2-ultra", "laptop"] {
            #expect(GPUClass.named(name) != nil, "\(name)")
        }
        #expect(GPUClass.named("rtx-4090-80") == nil)
    }
}

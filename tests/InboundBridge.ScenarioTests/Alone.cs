// Scenarios mostly wait for other programs, so three at a time keep two cores busy.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace InboundBridge.ScenarioTests;

/// <summary>Scenarios that measure something run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

using InboundBridge.Fuzz;

namespace InboundBridge.UnitTests.Fuzz;

/// <summary>The kept corpus of every fuzz target, and a few mutations of it: what was found once stays found.</summary>
public class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_kept_inputs_hold(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var corpus = FuzzRun.Load(Path.Combine(RepositoryFiles.Root, "tests/testdata/fuzz", name));
        Assert.NotEmpty(corpus);
        foreach (var input in corpus)
            target.Run(input);
        var mutator = new FuzzMutator(corpus, target.Words, seed: 1);
        for (var i = 0; i < 200; i++)
            target.Run(mutator.Next());
    }
}

namespace InboundBridge.Fuzz;

/// <summary>A target for hostile octets, with the conditions that must hold for all of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>As on the command line; the corpus lies in <c>tests/testdata/fuzz/</c> and this, with <c>/</c> for folders.</summary>
    string Name { get; }

    /// <summary>Words that help the fuzzer reach deeper code.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>Throws the exceptions of the code under test, or <see cref="FuzzFailureException"/> when a condition is violated.</summary>
    void Run(ReadOnlySpan<byte> input);
}

namespace InboundBridge.Fuzz;

/// <summary>A target for hostile octets, with the conditions that must hold for all of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name on the command line, and the path of the corpus below <c>tests/testdata/fuzz/</c>.</summary>
    string Name { get; }

    /// <summary>Words that help the fuzzer reach deeper code.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>Throws the exceptions of the code under test, or <see cref="FuzzFailureException"/> when a condition is violated.</summary>
    void Run(ReadOnlySpan<byte> input);
}

namespace InboundBridge.Fuzz;

/// <summary>One thing that takes hostile octets, with what must hold whatever they are.</summary>
internal interface IFuzzTarget
{
    /// <summary>As on the command line; the corpus lies in <c>tests/testdata/fuzz/</c> and this, with <c>/</c> for folders.</summary>
    string Name { get; }

    /// <summary>Words that make deeper input likelier.</summary>
    IReadOnlyList<string> Words { get; }

    /// <summary>Throws what the code under test throws, or <see cref="FuzzFailureException"/> when something does not hold.</summary>
    void Run(ReadOnlySpan<byte> input);
}

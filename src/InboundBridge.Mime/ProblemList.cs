namespace InboundBridge.Mime;

/// <summary>
/// What is wrong with a mail: each text once, at most <see cref="Most"/> of them, so that a hostile mail can't fill memory with problems.
/// </summary>
internal sealed class ProblemList
{
    private const int Most = 50;

    private readonly List<string> _texts = [];

    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The first cap on headers and parts that was met.</summary>
    public string? CutBy { get; private set; }

    public void Add(string text)
    {
        if (_texts.Count < Most && !_texts.Contains(text, StringComparer.Ordinal))
            _texts.Add(text);
    }

    /// <summary>A cap kept the reader from seeing a header or a part.</summary>
    public void AddCut(string text)
    {
        CutBy ??= text;
        Add(text);
    }
}

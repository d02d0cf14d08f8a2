namespace InboundBridge.Yaml;

/// <summary>A node of a YAML document, with its position. A closed union.</summary>
public abstract record YamlNode(SourcePosition Position)
{
    /// <summary>How messages name the node: <c>a mapping</c>, <c>a list</c>, or the value.</summary>
    public abstract string Describe();
}

/// <param name="Value">The text, quotes and escapes resolved.</param>
/// <param name="IsPlain">Written without quotes, so that <c>null</c>, <c>~</c> and nothing mean null.</param>
public sealed record YamlScalar(SourcePosition Position, string Value, bool IsPlain) : YamlNode(Position)
{
    /// <summary>Where the text begins: behind the quote, or on the line below the block indicator.</summary>
    public SourcePosition TextPosition { get; init; } = Position;

    /// <summary>
    /// The text is a copy of the file's characters, without escapes and folded lines;
    /// all lines of a block have the indentation of the first.
    /// </summary>
    public bool IsVerbatim { get; init; }

    public bool IsNull => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() => IsNull ? "nothing" : $"'{Value}'";
}

public sealed record YamlSequence(SourcePosition Position, IReadOnlyList<YamlNode> Items) : YamlNode(Position)
{
    public override string Describe() => "a list";
}

public sealed record YamlMapping(SourcePosition Position, IReadOnlyList<YamlEntry> Entries) : YamlNode(Position)
{
    public YamlNode? this[string key] =>
        Entries.FirstOrDefault(entry => string.Equals(entry.Key.Value, key, StringComparison.Ordinal))?.Value;

    public override string Describe() => "a mapping";
}

public sealed record YamlEntry(YamlScalar Key, YamlNode Value);

namespace InboundBridge.Publishing;

/// <summary>A DNS record that should be published, and what is published.</summary>
/// <param name="Name">With its final dot, as in a zone file.</param>
/// <param name="Value">In a zone file's form.</param>
/// <param name="Published">What was found instead, or as well.</param>
/// <param name="Advice">What to do; null where nothing is.</param>
internal sealed record RecordFinding(
    string Name, string Type, string Value, RecordState State, IReadOnlyList<string> Published, string? Advice = null)
{
    /// <summary>The type of the file <c>mta-sts.txt</c>, which is no record.</summary>
    public const string File = "HTTPS-FILE";

    /// <summary>The type of a look at port 25 of an address, which is no record.</summary>
    public const string Port = "PORT-25";

    /// <summary>It stands in a zone file.</summary>
    public bool IsRecord => Type is not (File or Port);

    /// <summary>A record as a line of a zone file.</summary>
    public string Line => Type switch
    {
        File => $"https://{Name[..^1]}/.well-known/mta-sts.txt {Value}",
        Port => $"{Name} port 25: {Value}",
        _ => $"{Name} {Type} {Value}",
    };
}

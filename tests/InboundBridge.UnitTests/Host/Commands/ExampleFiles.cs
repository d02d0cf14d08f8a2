namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>The files that examples name: a mail, a picture, a configuration whose only rule delivers to a webhook.</summary>
internal sealed class ExampleFiles : IDisposable
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["mail.eml"] = "From: al@customer.com\r\nTo: support@example.com\r\nSubject: Help\r\n\r\nIt broke\r\n",
        ["photo.jpg"] = "not really a picture",
        ["rules.yaml"] = "rules: [ { name: all, then: [ webhook: inbox ] } ]\n",
        ["inboundbridge.yaml"] = """
            domains: [example.com]
            authentication: { spf: off, dkim: off, dmarc: off, arc: off, iprev: off }
            destinations: { inbox: { webhook: { url: "http://127.0.0.1:9/" } } }
            rules: { path: rules.yaml }
            """,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ib-examples-").FullName;

    public ExampleFiles()
    {
        foreach (var (name, text) in Texts)
            File.WriteAllText(this[name], text);
    }

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>The command line with the full paths of the files.</summary>
    public string Placed(string line)
    {
        foreach (var name in new[] { "mail.eml", "photo.jpg" })
            line = line.Replace($" {name}", $" {this[name]}", StringComparison.Ordinal);
        return line;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

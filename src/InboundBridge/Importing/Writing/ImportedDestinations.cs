using System.Globalization;
using System.Text;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Importing.Reading;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Writing;

/// <summary>The destinations that imported rules name. What leads to the same place is one destination.</summary>
internal sealed class ImportedDestinations(SourceProblems problems)
{
    private const int LongestName = 50;

    private readonly List<ImportedDestination> _all = [];
    private readonly Dictionary<string, string> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(DestinationsShape.Reserved, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    public IReadOnlyList<ImportedDestination> All => _all;

    /// <summary>Null when the URL is none, which is reported.</summary>
    /// <param name="more">Further options, each a line.</param>
    public string? Webhook(string url, SourcePosition position, string format, params string[] more)
    {
        if (!TryRead(url, out var uri))
        {
            problems.Error(position, $"'{TextShown.Of(WithoutPassword(url))}' is no URL of a webhook", "http://… or https://…");
            return null;
        }
        return Once($"webhook {format} {url} {string.Join(' ', more)}", () =>
        {
            var name = Named($"{uri.Host}{uri.AbsolutePath}");
            var options = new List<string> { $"url: {FlowText.Text(Literal(Bare(url, uri)))}", $"format: {format}" };
            if (uri.UserInfo.Length > 0)
            {
                var user = Uri.UnescapeDataString(uri.UserInfo.Split(':')[0]);
                var remark = user.Length > 0 ? string.Empty : ", which has no user; here one is needed";
                options.Add($"auth: {{ basic: \"{(user.Length > 0 ? Quotable(user) : "user")}:${{{Variable(name)}_PASSWORD}}\" }}"
                    + $"   # the password stands in the exported URL{remark}");
            }
            options.AddRange(more);
            return new ImportedDestination(name, "webhook", options);
        });
    }

    /// <summary>A destination whose address the export does not tell: an environment variable has to.</summary>
    /// <param name="what">What has to be there.</param>
    public string Unknown(string name, string format, string what) => Once($"unknown {format} {name}", () =>
    {
        var own = Named(name);
        return new ImportedDestination(
            own, "webhook", [$"url: ${{{Variable(own)}_URL}}   # {TextShown.Of(what)}", $"format: {format}"]);
    });

    /// <summary>The relay by which mail is forwarded to addresses elsewhere.</summary>
    public string Forwarding() => Once("forwarding", () => new ImportedDestination(
        Named("outbound"), "relay",
        [
            "mx: true   # or by a smarthost: host: smtp.example.net",
            "srs: ${SRS_SECRET}   # forwarded mail keeps passing SPF: docs/relay.md",
        ]));

    public string Relay(string host, string name, params string[] options) =>
        Once($"relay {host} {string.Join(' ', options)}", () => new ImportedDestination(
            Named(name), "relay", [$"host: {FlowText.Text(Literal(host))}", .. options]));

    /// <summary>The URL without a user and a password, which destinations have in <c>auth</c>.</summary>
    public static string WithoutUser(string url) => TryRead(url, out var uri) ? Bare(url, uri) : url;

    /// <summary><c>${</c> would be expanded.</summary>
    public static string Literal(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    private static bool TryRead(string url, out Uri uri)
    {
        var isOne = Uri.TryCreate(url, UriKind.Absolute, out var read)
            && (read.Scheme == Uri.UriSchemeHttp || read.Scheme == Uri.UriSchemeHttps) && read.Host.Length > 0
            && !url.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));
        uri = read!;
        return isOne;
    }

    private static string Bare(string url, Uri uri)
    {
        if (uri.UserInfo.Length == 0)
            return url;
        var from = url.IndexOf("//", StringComparison.Ordinal) + 2;
        return url[..from] + url[(url.IndexOf('@', from) + 1)..];
    }

    /// <summary>For messages about URLs that can't be read: everything before an @ may be a password.</summary>
    private static string WithoutPassword(string url) => url.LastIndexOf('@') is >= 0 and var at ? $"…{url[at..]}" : url;

    private static string Quotable(string user) =>
        Literal(string.Concat(user.Where(letter => letter is not ('"' or '\\') && !char.IsControl(letter))));

    private static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_');

    /// <summary>The name of the destination with this key, which is made when it is asked for first.</summary>
    private string Once(string key, Func<ImportedDestination> make)
    {
        if (_byKey.TryGetValue(key, out var known))
            return known;
        var made = make();
        _all.Add(made);
        return _byKey[key] = made.Name;
    }

    /// <summary>A name that no other destination has, made of letters, digits and hyphens.</summary>
    private string Named(string text)
    {
        var name = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter))
                name.Append(char.ToLowerInvariant(letter));
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
            if (name.Length >= LongestName)
                break;
        }
        var own = name.ToString().TrimEnd('-');
        if (own.Length == 0 || !char.IsAsciiLetter(own[0]))
            own = $"to-{own}".TrimEnd('-');
        var unique = own;
        while (!_names.Add(unique))
        {
            var number = _next[own] = _next.GetValueOrDefault(own, 1) + 1;
            unique = string.Create(CultureInfo.InvariantCulture, $"{own}-{number}");
        }
        return unique;
    }
}

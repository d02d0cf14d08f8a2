using System.Text.Json;

namespace InboundBridge.Acme.Protocol;

/// <summary>A problem document (RFC 9457, RFC 8555 §6.7), cut down to the innermost cause: subproblems name the host that failed.</summary>
/// <param name="Type">Behind <c>urn:ietf:params:acme:error:</c>; other URNs as they are.</param>
/// <param name="Host">The name that the problem is about; null where it is about all.</param>
internal sealed record AcmeProblem(string Type, string Detail, string? Host)
{
    private const string Prefix = "urn:ietf:params:acme:error:";
    private const int MostSubproblems = 100;

    public string Text => $"{(Host is null ? string.Empty : Host + ": ")}{Type}: {Detail}";

    /// <summary>What the operator can do; null where waiting is all.</summary>
    public string? Remedy => Type switch
    {
        "connection" => $"the authority must reach {Name} from outside: port 80 for http-01, 443 for tls-alpn-01; look at the firewall, "
            + "the name's A and AAAA records, and tls.acme.listen",
        "dns" => $"publish an A or AAAA record for {Name} that leads to this server, or take the name out of tls.acme.names",
        "caa" => $"the CAA record of {Name} does not allow this authority: add its name there",
        "unauthorized" or "incorrectResponse" =>
            $"another server answers for {Name}: its A and AAAA records must lead here, and a proxy in between must pass "
            + "/.well-known/acme-challenge/ on to tls.acme.listen",
        "tls" => $"another server answers on port 443 of {Name}, or a proxy ends the TLS: use http-01 there",
        "rejectedIdentifier" or "unsupportedIdentifier" => $"the authority does not issue for {Name}: take it out of tls.acme.names",
        "externalAccountRequired" => "the authority wants an account of its own: tls.acme.eab, with the kid and hmac that it gives you",
        "invalidContact" or "unsupportedContact" => "the authority does not accept tls.acme.email: write another address",
        "userActionRequired" => "the authority's terms have changed: read them, and accept them there",
        "badPublicKey" => "the authority does not accept the certificate's key: reuse_key: false makes a new one, and TLSA records change",
        "rateLimited" => "nothing: the limit passes; restarts and reloads do not shorten it",
        _ => null,
    };

    private string Name => Host ?? "each of tls.acme.names";

    /// <summary>Reads a problem; one that is none gives the type <c>unknown</c>.</summary>
    public static AcmeProblem Read(JsonElement element)
    {
        var problem = One(element, outer: null);
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("subproblems", out var inner)
            && inner.ValueKind == JsonValueKind.Array)
        {
            // The outer one only says that some of the names failed.
            foreach (var below in inner.EnumerateArray().Take(MostSubproblems))
                return One(below, problem);
        }
        return problem;
    }

    public AcmeException ToException(int status = 0, TimeSpan? retryAfter = null) => new(Text, Remedy)
    {
        Type = Type,
        Status = status,
        RetryAfter = retryAfter,
        // RFC 6585 §4: also where something in front of the authority answers, with a problem of its own.
        IsRateLimit = Type == "rateLimited" || status == 429,
    };

    private static AcmeProblem One(JsonElement element, AcmeProblem? outer)
    {
        var type = AcmeText.TextOf(element, "type") ?? outer?.Type ?? "unknown";
        var host = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("identifier", out var identifier)
            ? AcmeText.TextOf(identifier, "value") : null;
        return new AcmeProblem(
            AcmeText.Shown(type.StartsWith(Prefix, StringComparison.Ordinal) ? type[Prefix.Length..] : type),
            AcmeText.Shown(AcmeText.TextOf(element, "detail") ?? outer?.Detail ?? "the authority gives no reason"),
            host is null ? outer?.Host : AcmeText.Shown(host));
    }
}

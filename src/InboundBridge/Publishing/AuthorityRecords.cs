using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.Publishing;

/// <summary>CAA (RFC 8659): which authorities may issue certificates for our names, and whether ours is one of them.</summary>
/// <param name="acme">Null: certificates come from files, and nobody says which authority issued them.</param>
/// <param name="host">The name of a certificate, unless <paramref name="acme"/> names others.</param>
internal sealed class AuthorityRecords(
    AcmeOptions? acme, string host, Func<string, DnsRecordType, CancellationToken, ValueTask<DnsAnswer>> lookUp)
{
    private const string LetsEncrypt = "letsencrypt.org";

    private static readonly string[] Known = ["issue", "issuewild", "iodef", "contactemail", "contactphone", "issuemail", "issuevmc"];

    /// <summary>The name of our authority in such records; null where it is not known.</summary>
    private string? Authority => acme is { IsPublic: true } ? LetsEncrypt : null;

    private string Value => $"0 issue \"{Authority ?? "(the name that your authority gives for CAA)"}\"";

    public async Task<IReadOnlyList<RecordFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        var findings = new List<RecordFinding>();
        foreach (var name in acme is { Names.Count: > 0 } ? acme.Names : [host])
        {
            var (at, answer) = await FindAsync(name, cancellationToken);
            var records = answer.Records.OfType<DnsRecord.Caa>().ToArray();
            var (state, advice) = answer.IsTemporary ? (RecordState.Warning, $"can't be looked up now: {answer.Detail}") : Judge(records);
            findings.Add(new RecordFinding(
                $"{(records.Length > 0 ? at : name)}.", "CAA", state == RecordState.Ok ? Text(Ours(records)) : Value, state,
                [.. records.Select(Text)], advice));
        }
        return findings;
    }

    /// <summary>The records of the name, or else of the nearest domain above that has some (RFC 8659 §3).</summary>
    private async Task<(string Name, DnsAnswer Answer)> FindAsync(string name, CancellationToken cancellationToken)
    {
        var at = name.TrimStart('*', '.');
        while (true)
        {
            var answer = await lookUp(at, DnsRecordType.Caa, cancellationToken);
            var dot = at.IndexOf('.', StringComparison.Ordinal);
            if (answer.Status == DnsStatus.Success || answer.IsTemporary || dot < 0)
                return (at, answer);
            at = at[(dot + 1)..];
        }
    }

    private (RecordState State, string? Advice) Judge(DnsRecord.Caa[] records)
    {
        if (records.FirstOrDefault(record => record.IsCritical && !Known.Contains(record.Tag, StringComparer.Ordinal)) is { } strange)
            return (RecordState.ToDo, $"'{strange.Tag}' is marked as critical, so an authority that does not know it issues nothing: remove it");
        var issuers = records.Where(record => record.Tag == "issue").ToArray();
        if (issuers.Length == 0)
            return (RecordState.Warning, "publish it: without it every authority may issue a certificate for the name");
        if (Authority is not { } authority)
            return (RecordState.Ok, null);
        var ours = issuers.Where(record => IssuerOf(record) == authority).ToArray();
        if (ours.Length == 0)
            return (RecordState.ToDo, $"the published records forbid {authority} to issue: add this one, or the next renewal fails");
        return ours.All(Excludes)
            ? (RecordState.ToDo, $"validationmethods does not list {Method}, by which tls.acme proves the name") : (RecordState.Ok, null);
    }

    private DnsRecord.Caa Ours(DnsRecord.Caa[] records)
    {
        var issuers = records.Where(record => record.Tag == "issue").ToArray();
        return issuers.FirstOrDefault(record => Authority is null || IssuerOf(record) == Authority) ?? issuers[0];
    }

    private string Method => acme?.Challenge == AcmeChallengeKind.TlsAlpn01 ? "tls-alpn-01" : "http-01";

    /// <summary>It has the parameter of RFC 8657 §4, and our way to prove a name is not in it.</summary>
    private bool Excludes(DnsRecord.Caa record) => record.Value.Split(';').Skip(1).Select(parameter => parameter.Trim())
        .Where(parameter => parameter.StartsWith("validationmethods=", StringComparison.OrdinalIgnoreCase))
        .Any(parameter => !parameter[(parameter.IndexOf('=') + 1)..].Split(',').Contains(Method, StringComparer.OrdinalIgnoreCase));

    private static string IssuerOf(DnsRecord.Caa record) => record.Value.Split(';')[0].Trim().ToLowerInvariant();

    private static string Text(DnsRecord.Caa record) => $"{(record.IsCritical ? 128 : 0)} {record.Tag} {ZoneText.Quote(record.Value)}";
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.MailFlow.TransportSecurity.Reports;

namespace InboundBridge.Commands.Publishing;

/// <summary>The records that a domain of ours should publish, by the configuration, each compared with what is published.</summary>
/// <param name="fetch">Fetches the domain's MTA-STS policy as others do: the policy, or what went wrong.</param>
internal sealed class DomainRecords(
    ApplianceOptions options, string domain, IDnsResolver dns,
    Func<string, CancellationToken, ValueTask<(MtaStsPolicy? Policy, string Problem)>> fetch)
{
    private const int LongestString = 255;

    private readonly List<RecordFinding> _findings = [];
    private bool _answered;

    /// <summary>Why no server has answered any question; null when one has.</summary>
    public string? Silence { get; private set; }

    private string Host => options.Smtp.Server.Hostname.ToLowerInvariant();

    public async Task<IReadOnlyList<RecordFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        var hosts = await MailExchangersAsync(cancellationToken);
        await AddressesAsync(cancellationToken);
        // A bounce has no sender, so SPF judges the name in EHLO (RFC 7208 §2.4).
        await TextAsync(Host, "v=spf1 a -all", "v=spf1", _ => true, cancellationToken);
        await SigningKeysAsync(cancellationToken);
        if (options.MtaSts is { } policy)
            await MtaStsAsync(policy, hosts, cancellationToken);
        if (options.TlsReports is { } reports)
        {
            await TextAsync(
                TlsReportRecord.NameFor(domain), $"v=TLSRPTv1; rua=mailto:{reports.From}", "v=TLSRPTv1", _ => true, cancellationToken);
        }
        await CertificatesAsync(cancellationToken);
        return _findings;
    }

    private async Task<IReadOnlyList<string>> MailExchangersAsync(CancellationToken cancellationToken)
    {
        var answer = await LookUpAsync(domain, DnsRecordType.Mx, cancellationToken);
        var records = answer.Records.OfType<DnsRecord.Mx>().OrderBy(record => record.Preference).ToArray();
        var published = records.Select(record => $"{record.Preference} {record.Exchange}.").ToArray();
        var isThere = records.Any(record => record.Exchange.Equals(Host, StringComparison.OrdinalIgnoreCase));
        var advice = records.Length == 0
            ? "publish it, so that mail for the domain comes here" : "add it, unless the published hosts pass the mail on to here";
        Add(domain, "MX", $"10 {Host}.", isThere, answer, published, advice, mayDiffer: records.Length > 0);
        return [.. records.Select(record => record.Exchange)];
    }

    private async Task AddressesAsync(CancellationToken cancellationToken)
    {
        var answers = new[]
        {
            await LookUpAsync(Host, DnsRecordType.A, cancellationToken),
            await LookUpAsync(Host, DnsRecordType.Aaaa, cancellationToken),
        };
        var addresses = answers.SelectMany(answer => answer.Addresses).ToArray();
        Add(
            Host, "A", addresses.Length > 0 ? string.Join(' ', addresses.Select(address => address.ToString())) : "(this server's address)",
            addresses.Length > 0, answers[0], [], "publish the server's address, A and, where it has one, AAAA");
        foreach (var address in addresses)
        {
            var names = await LookUpAsync(DnsName.Reverse(address), DnsRecordType.Ptr, cancellationToken);
            var published = names.Records.OfType<DnsRecord.Target>().Select(record => $"{record.Host}.").ToArray();
            var isThere = published.Contains($"{Host}.", StringComparer.OrdinalIgnoreCase);
            Add(DnsName.Reverse(address), "PTR", $"{Host}.", isThere, names, published,
                "ask whoever gave you the address to set it: many servers refuse mail from an address without its name");
        }
    }

    private async Task SigningKeysAsync(CancellationToken cancellationToken)
    {
        var keys = options.Destinations.Select(destination => destination.Options).OfType<RelayOptions>()
            .SelectMany(relay => relay.Arc is { } seal ? relay.Dkim.Append(seal) : relay.Dkim)
            .Where(key => key.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase)).Distinct();
        foreach (var key in keys)
        {
            var record = SigningKeyFile.PublicRecord(key.KeyFile);
            await TextAsync(
                $"{key.Selector}._domainkey.{key.Domain}", record, "v=DKIM1", text => KeyIn(text) == KeyIn(record), cancellationToken);
        }
    }

    private async Task MtaStsAsync(MtaStsOptions policy, IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        var id = policy.Id();
        await TextAsync(
            MtaStsRecord.NameFor(domain), $"v=STSv1; id={id};", "v=STSv1",
            text => text.Contains($"id={id}", StringComparison.Ordinal), cancellationToken);
        var ours = System.Text.Encoding.UTF8.GetBytes(policy.Text());
        MtaStsPolicyReader.TryRead(ours, out var expected, out _);
        var (served, problem) = await fetch(domain, cancellationToken);
        var address = $"https://mta-sts.{domain}/.well-known/mta-sts.txt";
        if (served is null)
            AddFile(RecordState.ToDo, problem, $"make {address} lead here, with a valid certificate for mta-sts.{domain}");
        else if (!served.Lines.SequenceEqual(expected!.Lines, StringComparer.Ordinal))
            AddFile(RecordState.ToDo, string.Join(", ", served.Lines), "another policy is served there: make it lead here, or reload");
        else if (hosts.Where(host => !expected.Lists(host)).ToArray() is { Length: > 0 } unlisted)
            AddFile(RecordState.ToDo, string.Join(", ", served.Lines), $"mta_sts.mx does not list {string.Join(", ", unlisted)}: add it");
        else
            AddFile(RecordState.Ok, null, null);

        void AddFile(RecordState state, string? published, string? advice) =>
            _findings.Add(new RecordFinding(
                $"mta-sts.{domain}.", RecordFinding.File, $"mode: {policy.Mode.ToString().ToLowerInvariant()}", state,
                published is null ? [] : [published], advice));
    }

    private async Task CertificatesAsync(CancellationToken cancellationToken)
    {
        var name = $"_25._tcp.{Host}";
        var values = new List<string>();
        foreach (var files in options.Tls.Certificates)
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
            if (certificate.MatchesHostname(Host))
                values.Add($"3 1 1 {Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}");
        }
        if (values.Count == 0)
            return;
        var answer = await LookUpAsync(name, DnsRecordType.Tlsa, cancellationToken);
        var published = answer.Records.OfType<DnsRecord.Tlsa>()
            .Select(record => $"{record.Usage} {record.Selector} {record.Matching} {Convert.ToHexStringLower(record.Data.Span)}").ToArray();
        foreach (var value in values)
        {
            // Without any record nobody is misled; a wrong one keeps mail of senders with DANE away.
            var advice = published.Length == 0
                ? "publish it if the zone is signed (DNSSEC); keep the key when the certificate is renewed"
                : "no record matches the certificate: servers that check it (DANE) send no mail; publish it before the key changes";
            Add(name, "TLSA", value, published.Contains(value), answer, published, advice, mayDiffer: published.Length == 0);
        }
    }

    private async ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var answer = await dns.LookUpAsync(name, type, cancellationToken);
        _answered |= !answer.IsTemporary;
        Silence = _answered ? null : answer.Detail ?? "no answer";
        return answer;
    }

    /// <param name="prefix">How records of this kind begin; others at the name are ignored.</param>
    private async Task TextAsync(
        string name, string value, string prefix, Func<string, bool> isRight, CancellationToken cancellationToken)
    {
        var answer = await LookUpAsync(name, DnsRecordType.Txt, cancellationToken);
        var ours = answer.Texts.Where(text => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToArray();
        var advice = ours.Length switch
        {
            0 => "publish it",
            1 => "replace the published one",
            _ => "leave one: several count as none",
        };
        Add(name, "TXT", Quoted(value), ours.Length == 1 && isRight(ours[0]), answer, [.. ours.Select(Quoted)], advice);
    }

    /// <summary>The character-strings of a TXT record, each of at most 255 octets (RFC 1035 §3.3).</summary>
    private static string Quoted(string text) => text.Length <= LongestString
        ? $"\"{text}\"" : string.Join(' ', text.Chunk(LongestString).Select(piece => $"\"{new string(piece)}\""));

    /// <param name="mayDiffer">Mail works with what is published too.</param>
    private void Add(
        string name, string type, string value, bool isThere, DnsAnswer answer, IReadOnlyList<string> published, string advice,
        bool mayDiffer = false)
    {
        var (state, what) = isThere ? (RecordState.Ok, null)
            : answer.IsTemporary ? (RecordState.Warning, $"can't be looked up now: {answer.Detail}")
            : (mayDiffer ? RecordState.Warning : RecordState.ToDo, advice);
        _findings.Add(new RecordFinding($"{name}.", type, value, state, published, what));
    }

    /// <summary>The public key of a DKIM record (RFC 6376 §3.6.1), without white space.</summary>
    private static string? KeyIn(string record) => record.Split(';').Select(field => field.Trim())
        .FirstOrDefault(field => field.StartsWith("p=", StringComparison.Ordinal))?.Replace(" ", string.Empty, StringComparison.Ordinal);
}

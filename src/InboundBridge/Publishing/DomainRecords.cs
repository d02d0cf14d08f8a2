using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Storing;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Dmarc;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.MailFlow.TransportSecurity.Reports;

namespace InboundBridge.Publishing;

/// <summary>The records that a domain of ours should publish, by the configuration, each compared with what is published.</summary>
/// <param name="fetch">Fetches the domain's MTA-STS policy as others do: the policy, or what went wrong.</param>
/// <param name="clock">For the check of SPF.</param>
/// <param name="greet">Connects to a mail server and reads its greeting.</param>
internal sealed class DomainRecords(
    ApplianceOptions options, string domain, DomainRole role, IDnsResolver dns, TimeProvider clock,
    Func<string, CancellationToken, ValueTask<(MtaStsPolicy? Policy, string Problem)>> fetch,
    Func<IPEndPoint, CancellationToken, ValueTask<MailPortAnswer>> greet)
{
    private const int LongestString = 255;

    private readonly List<RecordFinding> _findings = [];
    private bool _answered;

    /// <summary>Why no server has answered any question; null when one has.</summary>
    public string? Silence { get; private set; }

    private string Host => options.Smtp.Server.Hostname.ToLowerInvariant();

    public async Task<IReadOnlyList<RecordFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        var hosts = role.TakesMail ? await MailExchangersAsync(cancellationToken) : [];
        var addresses = role.TakesMail || role.SentBy.Count > 0 ? await AddressesAsync(cancellationToken) : [];
        var sendsAsHost = role.SentBy.Count > 0 && domain.Equals(Host, StringComparison.OrdinalIgnoreCase);
        // A bounce has no sender, so SPF judges the name in EHLO (RFC 7208 §2.4).
        if (role.TakesMail && !sendsAsHost)
            await TextAsync(Host, "v=spf1 a -all", SenderPolicyRecord.Version, _ => true, cancellationToken);
        if (role.SentBy.Count > 0)
            await SenderPolicyAsync(addresses, cancellationToken);
        await SigningKeysAsync(cancellationToken);
        if (role.IsAuthor)
            await DmarcAsync(cancellationToken);
        if (role.IsOwn && options.MtaSts is { } policy)
            await MtaStsAsync(policy, hosts, cancellationToken);
        if (role.IsOwn && options.TlsReports is { } reports)
        {
            await TextAsync(
                TlsReportRecord.NameFor(domain), $"v=TLSRPTv1; rua=mailto:{reports.From}", "v=TLSRPTv1", _ => true, cancellationToken);
        }
        if (role.TakesMail)
        {
            await CertificatesAsync(cancellationToken);
            _findings.AddRange(await new MailPort(Host, greet).CheckAsync(addresses, cancellationToken));
        }
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

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(CancellationToken cancellationToken)
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
        return addresses;
    }

    /// <summary>SPF of the domain in MAIL FROM (RFC 7208 §2.4).</summary>
    private async Task SenderPolicyAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        var record = new SenderPolicyRecord(domain, role.SentBy, Host, addresses, dns, clock);
        var answer = await LookUpAsync(domain, DnsRecordType.Txt, cancellationToken);
        var published = PublishedAs(SenderPolicyRecord.Version, answer);
        var (state, advice) = await record.JudgeAsync(answer, published, cancellationToken);
        var value = state == RecordState.Ok ? published[0] : record.Value;
        _findings.Add(new RecordFinding($"{domain}.", "TXT", Quoted(value), state, [.. published.Select(Quoted)], advice));
    }

    /// <summary>Without a record, mail that somebody else writes as this domain can't fail DMARC. A domain above may have it.</summary>
    private async Task DmarcAsync(CancellationToken cancellationToken)
    {
        var found = await DmarcProbe.FindAsync(domain, dns, cancellationToken);
        var (state, advice) = found switch
        {
            { PublishedBy: not null, Problem: null } => (RecordState.Ok, null),
            { IsUncertain: true } => (RecordState.Warning, $"can't be looked up now: {found.Problem}"),
            { Problem: { } problem } => (RecordState.Warning, $"receivers can't use what is published: {problem}"),
            _ => (RecordState.Warning, "publish it: without it forged mail can't fail DMARC; later say p=quarantine or p=reject"),
        };
        var at = $"_dmarc.{found.PublishedBy ?? domain}";
        var published = PublishedAs("v=DMARC1", await LookUpAsync(at, DnsRecordType.Txt, cancellationToken));
        var value = state == RecordState.Ok && published.Length > 0 ? published[0] : "v=DMARC1; p=none";
        _findings.Add(new RecordFinding($"{at}.", "TXT", Quoted(value), state, [.. published.Select(Quoted)], advice));
    }

    private async Task SigningKeysAsync(CancellationToken cancellationToken)
    {
        foreach (var key in role.Keys)
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
        if (await UnknownAddressAsync($"mta-sts.{domain}", cancellationToken) is { } silence)
        {
            AddFile(RecordState.Warning, null, $"can't be looked up now: {silence}");
            return;
        }
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

    /// <summary>Why nobody can tell now whether a name has an address; null when the DNS tells.</summary>
    private async Task<string?> UnknownAddressAsync(string name, CancellationToken cancellationToken)
    {
        DnsAnswer[] answers =
        [
            await LookUpAsync(name, DnsRecordType.A, cancellationToken), await LookUpAsync(name, DnsRecordType.Aaaa, cancellationToken),
        ];
        return answers.Any(answer => answer.Addresses.Any()) ? null
            : answers.FirstOrDefault(answer => answer.IsTemporary) is { } silent ? silent.Detail ?? "no answer" : null;
    }

    private async Task CertificatesAsync(CancellationToken cancellationToken)
    {
        var name = $"_25._tcp.{Host}";
        var values = new List<string>();
        foreach (var files in options.Tls.Certificates)
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
            AddValue(certificate);
        }
        if (options.Tls.Acme is not null && ReadIssued(name) is { } issued)
        {
            using var certificate = X509Certificate2.CreateFromPem(issued.Pem);
            AddValue(certificate);
        }
        if (values.Count > 0 || options.Tls.Acme is not null)
            _findings.AddRange(await new AuthorityRecords(options.Tls.Acme, Host, LookUpAsync).CheckAsync(cancellationToken));
        if (values.Count == 0)
            return;
        var answer = await LookUpAsync(name, DnsRecordType.Tlsa, cancellationToken);
        var published = answer.Records.OfType<DnsRecord.Tlsa>()
            .Select(record => $"{record.Usage} {record.Selector} {record.Matching} {Convert.ToHexStringLower(record.Data.Span)}").ToArray();
        foreach (var value in values)
        {
            // Without any record nobody is misled; a wrong one keeps mail of senders with DANE away.
            var advice = options.Tls.Acme is { ReuseKey: false }
                ? "tls.acme.reuse_key is off: each renewal changes the key, and a published record keeps mail away from then on"
                : published.Length == 0
                ? "publish it if the zone is signed (DNSSEC); keep the key when the certificate is renewed"
                : "no record matches the certificate: servers that check it (DANE) send no mail; publish it before the key changes";
            Add(name, "TLSA", value, published.Contains(value), answer, published, advice, mayDiffer: published.Length == 0);
        }

        void AddValue(X509Certificate2 certificate)
        {
            if (certificate.MatchesHostname(Host))
                values.Add($"3 1 1 {Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}");
        }
    }

    /// <summary>Null where there is none yet, or where it is not for this user.</summary>
    private StoredPem? ReadIssued(string name)
    {
        try
        {
            return new AcmeFolder(options.Spool.Path).ReadCertificate();
        }
        catch (UnauthorizedAccessException fault)
        {
            _findings.Add(new RecordFinding(
                $"{name}.", "TLSA", "(of a certificate that this user may not read)", RecordState.Warning, [],
                $"can't be compared: {fault.Message} Run this as the user of the service."));
            return null;
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
        var ours = PublishedAs(prefix, answer);
        var advice = ours.Length switch
        {
            0 => "publish it",
            1 => "replace the published one",
            _ => "leave one: several count as none",
        };
        Add(name, "TXT", Quoted(value), ours.Length == 1 && isRight(ours[0]), answer, [.. ours.Select(Quoted)], advice);
    }

    private static string[] PublishedAs(string prefix, DnsAnswer answer) =>
        [.. answer.Texts.Where(text => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The character-strings of a TXT record, each of at most 255 octets (RFC 1035 §3.3).</summary>
    private static string Quoted(string text) => text.Length <= LongestString
        ? ZoneText.Quote(text) : string.Join(' ', text.Chunk(LongestString).Select(piece => ZoneText.Quote(piece)));

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

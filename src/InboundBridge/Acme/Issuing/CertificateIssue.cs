using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Challenges;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Storing;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Acme.Issuing;

/// <summary>
/// Brings one order to its end (RFC 8555 §7.4): order, prove each name, finalize, download, prove the chain, write it. An order that a kill
/// has interrupted is taken up where it was, since each new one counts against the authority's limits.
/// </summary>
internal sealed class CertificateIssue(
    AcmeClient client, ChallengeAnswers answers, AcmeFolder folder, AcmeOptions options, TimeProvider clock, AcmeLog log)
{
    private const string OrderField = "order";
    private const string OrderedField = "ordered";

    /// <summary>An order that is not issued by then never will be; authorities let them expire after days only.</summary>
    private static readonly TimeSpan LongestOrder = TimeSpan.FromDays(1);

    /// <summary>X.520's bound of a common name; a longer name stands in the extension alone.</summary>
    private const int LongestCommonName = 64;

    private string ChallengeType => options.Challenge == AcmeChallengeKind.Http01 ? "http-01" : "tls-alpn-01";

    /// <param name="before">The certificate in use; null: none.</param>
    /// <exception cref="AcmeException">There is no certificate.</exception>
    public async Task<StoredCertificate> RunAsync(StoredCertificate? before, CancellationToken cancellationToken)
    {
        var (order, key) = await ResumeAsync(cancellationToken) ?? await BeginAsync(before, cancellationToken);
        using (key)
        {
            try
            {
                return Keep(await FinishAsync(order, key, cancellationToken), key);
            }
            catch (AcmeException refusal) when (refusal is { IsRateLimit: false, Status: >= 400 and < 500 })
            {
                // Asked again, the authority would refuse the same.
                throw Lost(refusal);
            }
        }
    }

    /// <returns>The chain, PEM.</returns>
    private async Task<string> FinishAsync(AcmeOrder order, ECDsa key, CancellationToken cancellationToken)
    {
        if (order.Status == "pending")
        {
            await ProveNamesAsync(order, cancellationToken);
            order = await client.WhileAsync(order.Url, "the order stays pending", cancellationToken, "pending");
        }
        if (order.Status == "ready")
            await client.FinalizeAsync(order, RequestFor(key), cancellationToken);
        if (order.Status is "ready" or "processing")
            order = await client.WhileAsync(order.Url, "the authority has been issuing", cancellationToken, "ready", "processing");
        if (order.Status != "valid" || order.Certificate is null)
            throw Lost((order.Problem ?? new AcmeProblem("unknown", $"the order is {AcmeText.Shown(order.Status)}", null)).ToException());
        return await client.DownloadAsync(order.Certificate, cancellationToken);
    }

    /// <summary>Null where no order is open.</summary>
    private async Task<(AcmeOrder Order, ECDsa Key)?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (folder.ReadOrder() is not { } kept)
            return null;
        if (!StoredCertificate.IsFor(kept, options)
            || !Uri.TryCreate(kept.Fields.GetValueOrDefault(OrderField), UriKind.Absolute, out var url)
            || ReadKey(kept, folder.OrderFile) is not { } key)
        {
            folder.ForgetOrder();
            return null;
        }
        var isResumed = false;
        try
        {
            var order = await client.FindOrderAsync(url, cancellationToken);
            if (order.Status == "valid" || (order.Status != "invalid" && IsFresh(kept)))
            {
                log.Ordered(string.Join(' ', options.Names), AcmeText.Shown(url), resumed: true);
                isResumed = true;
                return (order, key);
            }
        }
        catch (AcmeException refusal) when (refusal is { IsRateLimit: false, Status: >= 400 and < 500 })
        {
            // The authority has forgotten it, or the account is another one.
        }
        finally
        {
            if (!isResumed)
                key.Dispose();
        }
        folder.ForgetOrder();
        return null;
    }

    /// <summary>Null where the file was damaged or changed by others: without its key an order can never be completed.</summary>
    private ECDsa? ReadKey(StoredPem kept, string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(kept.Pem.AsSpan(0, EndOfKey(kept.Pem)));
            return key;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            log.StoredUnusable(file, fault.Message);
            return null;
        }
    }

    private async Task<(AcmeOrder Order, ECDsa Key)> BeginAsync(StoredCertificate? before, CancellationToken cancellationToken)
    {
        var kept = options.ReuseKey && before is not null ? ReadKey(before.File, folder.CertificateFile) : null;
        var key = kept ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var replaced = before?.Directory == options.Directory.AbsoluteUri ? before.Entry.Certificate : null;
            var order = await client.OrderAsync(options.Names, replaced, cancellationToken);
            var fields = StoredCertificate.FieldsOf(options);
            fields[OrderField] = order.Url.AbsoluteUri;
            fields[OrderedField] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
            folder.WriteOrder(new StoredPem(fields, key.ExportPkcs8PrivateKeyPem()));
            log.Ordered(string.Join(' ', options.Names), AcmeText.Shown(order.Url), resumed: false);
            return (order, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private async Task ProveNamesAsync(AcmeOrder order, CancellationToken cancellationToken)
    {
        foreach (var url in order.Authorizations)
        {
            var authorization = await client.FindAuthorizationAsync(url, cancellationToken);
            if (!options.Names.Contains(authorization.Host, StringComparer.OrdinalIgnoreCase))
                throw Lost(new AcmeException(
                    $"the authority asks about {AcmeText.Shown(authorization.Host)}, which is none of tls.acme.names", AcmeText.NotAnAuthority));
            if (authorization.Status == "pending")
                authorization = await ProveAsync(authorization, cancellationToken);
            if (authorization.Status != "valid")
                throw Lost(Refused(authorization));
        }
    }

    private async Task<AcmeAuthorization> ProveAsync(AcmeAuthorization authorization, CancellationToken cancellationToken)
    {
        var host = authorization.Host;
        if (authorization.Challenges.FirstOrDefault(offered => offered.Type == ChallengeType) is not { } challenge)
        {
            var offers = string.Join(", ", authorization.Challenges.Select(offered => AcmeText.Shown(offered.Type)));
            throw Lost(new AcmeException(
                $"the authority offers no {ChallengeType} for {host}, but {offers}", "write another one in tls.acme.challenge"));
        }
        log.Asked(host, ChallengeType);
        var proof = client.Key.Authorize(challenge.Token);
        using var answer = options.Challenge == AcmeChallengeKind.Http01
            ? answers.AnswerByFile(challenge.Token, proof) : answers.AnswerByCertificate(host, proof);
        if (challenge.Status == "pending")
            await client.ReadyAsync(challenge, cancellationToken);
        return await client.WhilePendingAsync(authorization.Url, $"the authority has been looking at {host}", cancellationToken);
    }

    private static AcmeException Refused(AcmeAuthorization authorization)
    {
        var problem = authorization.Challenges.FirstOrDefault(challenge => challenge is { Problem: not null, Status: "invalid" })?.Problem
            ?? new AcmeProblem("unauthorized", $"the authorization is {AcmeText.Shown(authorization.Status)}", null);
        return (problem with { Host = problem.Host ?? authorization.Host }).ToException();
    }

    /// <summary>The order is of no use any more: the next attempt begins with a new one.</summary>
    private AcmeException Lost(AcmeException why)
    {
        folder.ForgetOrder();
        return why;
    }

    private StoredCertificate Keep(string chain, ECDsa key)
    {
        StoredCertificate certificate;
        try
        {
            IssuedChain.Prove(chain, key, options.Names, clock.GetUtcNow());
            var pem = $"{key.ExportPkcs8PrivateKeyPem()}\n{chain.Trim()}\n";
            certificate = StoredCertificate.Of(new StoredPem(StoredCertificate.FieldsOf(options), pem));
        }
        catch (CryptographicException fault)
        {
            throw Lost(new AcmeException($"the issued certificate can't be used: {fault.Message}", inner: fault));
        }
        catch (AcmeException fault)
        {
            throw Lost(fault);
        }
        folder.WriteCertificate(certificate.File);
        // After the certificate is safe: a kill in between only repeats the download.
        folder.ForgetOrder();
        return certificate;
    }

    /// <summary>A request for all names (RFC 8555 §7.4), DER.</summary>
    private byte[] RequestFor(ECDsa key)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (options.Names.FirstOrDefault(name => name.Length <= LongestCommonName) is { } common)
            subject.AddCommonName(common);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in options.Names)
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequest();
    }

    /// <summary>A time ahead is of a clock that was wrong, then or now.</summary>
    private bool IsFresh(StoredPem order) =>
        DateTimeOffset.TryParse(
            order.Fields.GetValueOrDefault(OrderedField), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var ordered)
        && (clock.GetUtcNow() - ordered).Duration() < LongestOrder;

    /// <summary>The key stands first.</summary>
    private static int EndOfKey(string pem)
    {
        var end = pem.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal);
        return end < 0 ? pem.Length : end;
    }
}

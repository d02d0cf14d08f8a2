using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.Acme.Issuing;

/// <summary>
/// Proves a chain before it takes the place of the old one: our key, all our names, valid now, for servers, each certificate signed by the
/// next. A chain that fails would break every handshake.
/// </summary>
internal static class IssuedChain
{
    private const int MostCertificates = 10;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The authority's clock may be ahead of ours by as much.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <exception cref="AcmeException">The chain can't be used; the text says why.</exception>
    public static void Prove(string pem, AsymmetricAlgorithm key, IReadOnlyList<string> names, DateTimeOffset now)
    {
        var chain = Read(pem);
        try
        {
            var leaf = chain[0];
            if (!leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                throw Unusable("is for another key");
            if (names.FirstOrDefault(name => !leaf.MatchesHostname(name, allowWildcards: false, allowCommonName: false)) is { } missing)
                throw Unusable($"does not name {missing}");
            if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime + ClockSkew || leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime)
                throw Unusable($"is valid from {leaf.NotBefore:u} to {leaf.NotAfter:u}, and here it is {now:u}");
            var usages = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages;
            if (usages is not null && usages[ServerAuthentication] is null)
                throw Unusable("is not for servers");
            for (var index = 1; index < chain.Count; index++)
            {
                if (!chain[index - 1].IssuerName.RawData.AsSpan().SequenceEqual(chain[index].SubjectName.RawData))
                    throw Unusable("comes with a chain that is out of order");
            }
            VerifySignatures(chain, now);
        }
        finally
        {
            foreach (var certificate in chain)
                certificate.Dispose();
        }
    }

    private static X509Certificate2Collection Read(string pem)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException fault)
        {
            throw new AcmeException("the issued certificate can't be read", inner: fault);
        }
        return chain.Count is > 0 and <= MostCertificates ? chain
            : throw new AcmeException($"the authority sent {chain.Count} certificates, which is no chain");
    }

    /// <summary>Against the chain itself: whether others trust its authority is not our question. A private one is as good.</summary>
    private static void VerifySignatures(X509Certificate2Collection certificates, DateTimeOffset now)
    {
        if (certificates.Count == 1)
            return;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(certificates);
        policy.ExtraStore.AddRange(certificates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority
            | X509VerificationFlags.IgnoreNotTimeValid;
        var isFine = chain.Build(certificates[0]);
        // A forged issuer of the same name is left out by the builder, so that too few remain.
        if (!isFine || chain.ChainElements.Count < 2)
            throw Unusable($"is not signed by the next of its chain ({string.Join(' ', chain.ChainStatus.Select(status => status.Status))})");
    }

    private static AcmeException Unusable(string why) => new($"the issued certificate {why}; it is not used");
}

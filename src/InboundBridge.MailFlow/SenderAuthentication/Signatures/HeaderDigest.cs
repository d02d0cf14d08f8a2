using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>The SHA-256 that a signature signs: of the fields that it names and of its own (RFC 6376 §3.7).</summary>
internal sealed class HeaderDigest : IDisposable
{
    private readonly OctetBuffer _canonical = new();
    private readonly OctetBuffer _scratch = new();

    /// <summary>The octets of the last digest before they were hashed.</summary>
    public ReadOnlySpan<byte> Canonical => _canonical.Span;

    /// <summary>The next digests of seals begin with the first ARC set.</summary>
    public void BeginSeals() => _canonical.Clear();

    /// <summary>
    /// For ARC-Seal, in the order of the instances: of all sets so far, each as results, message signature, seal (RFC 8617 §5.1.1).
    /// </summary>
    /// <param name="results">The field ARC-Authentication-Results.</param>
    /// <param name="message">The field ARC-Message-Signature.</param>
    public void OfSeal(HeaderFields header, int results, int message, SignatureTags seal, Span<byte> digest)
    {
        HeaderText.Append(_canonical, header.Field(results), Canonicalization.Relaxed);
        HeaderText.Append(_canonical, header.Field(message), Canonicalization.Relaxed);
        var before = _canonical.Length;
        HeaderText.AppendUnsigned(_canonical, header.Field(seal.Field), seal.SignatureRange, Canonicalization.Relaxed, _scratch);
        SHA256.HashData(_canonical.Span, digest);
        _canonical.Shorten(before);
        HeaderText.Append(_canonical, header.Field(seal.Field), Canonicalization.Relaxed);
    }

    /// <summary>
    /// For an ARC-Seal that is being made, after <see cref="OfSeal"/> for each of the earlier sets that it covers.
    /// </summary>
    /// <param name="results">The whole field ARC-Authentication-Results.</param>
    /// <param name="message">The whole field ARC-Message-Signature.</param>
    /// <param name="seal">The whole field up to its <c>b=</c>, which ends it.</param>
    public void OfNewSeal(ReadOnlySpan<byte> results, ReadOnlySpan<byte> message, ReadOnlySpan<byte> seal, Span<byte> digest)
    {
        HeaderText.Append(_canonical, results, Canonicalization.Relaxed);
        HeaderText.Append(_canonical, message, Canonicalization.Relaxed);
        HeaderText.AppendUnsigned(_canonical, seal, seal.Length..seal.Length, Canonicalization.Relaxed, _scratch);
        SHA256.HashData(_canonical.Span, digest);
    }

    /// <summary>For DKIM-Signature and ARC-Message-Signature.</summary>
    /// <param name="digest">32 octets.</param>
    public void OfMessage(HeaderFields header, SignatureTags tags, Span<byte> digest)
    {
        _canonical.Clear();
        var field = header.Field(tags.Field);
        AppendNamed(header, field[tags.Names], tags.Header, tags.Field);
        HeaderText.AppendUnsigned(_canonical, field, tags.SignatureRange, tags.Header, _scratch);
        SHA256.HashData(_canonical.Span, digest);
    }

    /// <summary>For a signature that is being made.</summary>
    /// <param name="names">As they stand in tag <c>h=</c>.</param>
    /// <param name="field">The whole field up to its <c>b=</c>, which ends it.</param>
    public void OfNewMessage(
        HeaderFields header, ReadOnlySpan<byte> names, ReadOnlySpan<byte> field, Canonicalization canonicalization, Span<byte> digest)
    {
        _canonical.Clear();
        AppendNamed(header, names, canonicalization, except: -1);
        HeaderText.AppendUnsigned(_canonical, field, field.Length..field.Length, canonicalization, _scratch);
        SHA256.HashData(_canonical.Span, digest);
    }

    public void Dispose()
    {
        _canonical.Dispose();
        _scratch.Dispose();
    }

    /// <param name="except">The signature itself: when it was made, it was not among the fields yet.</param>
    private void AppendNamed(HeaderFields header, ReadOnlySpan<byte> names, Canonicalization canonicalization, int except)
    {
        header.BeginPicks();
        foreach (var range in names.Split((byte)':'))
        {
            var name = FoldingSpace.Trim(names[range]);
            if (name.IsEmpty)
                continue;
            var picked = header.Pick(name);
            if (picked == except && picked >= 0)
                picked = header.Pick(name);
            if (picked >= 0)
                HeaderText.Append(_canonical, header.Field(picked), canonicalization);
        }
    }
}

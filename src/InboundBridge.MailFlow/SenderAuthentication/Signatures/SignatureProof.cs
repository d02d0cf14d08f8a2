using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>The arithmetic of a signature over a message (RFC 6376 §6.1.3).</summary>
internal static class SignatureProof
{
    /// <param name="records">At least one.</param>
    /// <param name="signer">The record whose key made the signature; the first one when none did.</param>
    /// <returns>Null when the signature is valid.</returns>
    public static SignatureProblem? Check(
        HeaderFields header, HeaderDigest digests, SignatureTags tags, BodyHash body, IReadOnlyList<KeyRecord> records,
        out KeyRecord signer)
    {
        signer = records[0];
        if (body.Digest.IsEmpty)
            return new SignatureProblem(CheckResult.Fail, "the body is shorter than l=");
        if (!body.Digest.SequenceEqual(tags.BodyHash))
            return new SignatureProblem(CheckResult.Fail, "the body hash does not match");
        Span<byte> digest = stackalloc byte[32];
        digests.OfMessage(header, tags, digest);
        if (SignerOf(records, digest, tags.Signature) is not { } found)
            return new SignatureProblem(CheckResult.Fail, "the signature does not match");
        signer = found;
        return null;
    }

    /// <summary>The record whose key made the signature; null when none did.</summary>
    public static KeyRecord? SignerOf(IReadOnlyList<KeyRecord> records, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        foreach (var record in records)
        {
            if (record.Key!.Verify(digest, signature))
                return record;
        }
        return null;
    }
}

using System.Formats.Asn1;

namespace InboundBridge.MailFlow.SecureMail.Smime;

/// <summary>
/// The outline of a CMS message (RFC 5652): its type, and how much it holds. It is read before the library parses anything, because the
/// library makes an object of every certificate and recipient that a mail brings.
/// </summary>
/// <param name="Type">The object identifier of its content.</param>
/// <param name="Octets">The message without what follows it, such as a line end.</param>
internal sealed record CmsOutline(string Type, ReadOnlyMemory<byte> Octets)
{
    public const string SignedData = "1.2.840.113549.1.7.2";

    public const string EnvelopedData = "1.2.840.113549.1.7.3";

    public const string CompressedData = "1.2.840.113549.1.9.16.1.9";

    private static readonly Asn1Tag First = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Second = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <exception cref="AsnContentException">It is not a CMS message.</exception>
    public static CmsOutline Read(ReadOnlyMemory<byte> octets)
    {
        var message = new AsnReader(octets, AsnEncodingRules.BER);
        var whole = message.PeekEncodedValue();
        return new CmsOutline(message.ReadSequence().ReadObjectIdentifier(), whole);
    }

    /// <summary>Checks signed data before the library parses it.</summary>
    /// <exception cref="SecureMailLimitException">It holds too much.</exception>
    public static void CheckSigned(ReadOnlyMemory<byte> cms, SecureMailLimits limits)
    {
        var signed = Body(cms);
        signed.ReadEncodedValue();
        Count(signed.ReadSetOf(skipSortOrderValidation: true), limits.Signatures, "digest algorithms", int.MaxValue);
        signed.ReadEncodedValue();
        if (signed.HasData && signed.PeekTag().HasSameClassAndValue(First))
            Count(signed.ReadSetOf(skipSortOrderValidation: true, First), limits.Certificates, "certificates", limits.CertificateOctets);
        if (signed.HasData && signed.PeekTag().HasSameClassAndValue(Second))
            Count(signed.ReadSetOf(skipSortOrderValidation: true, Second), limits.Certificates, "revocation lists", int.MaxValue);
        Count(signed.ReadSetOf(skipSortOrderValidation: true), limits.Signatures, "signatures", limits.CertificateOctets);
    }

    /// <summary>Checks enveloped data before the library parses it.</summary>
    /// <exception cref="SecureMailLimitException">It holds too much.</exception>
    public static void CheckEnveloped(ReadOnlyMemory<byte> cms, SecureMailLimits limits)
    {
        var enveloped = Body(cms);
        enveloped.ReadEncodedValue();
        if (enveloped.PeekTag().HasSameClassAndValue(First))
            enveloped.ReadEncodedValue();
        Count(enveloped.ReadSetOf(skipSortOrderValidation: true), limits.Recipients, "recipients", limits.CertificateOctets);
    }

    /// <summary>The content of the message, behind its type.</summary>
    internal static AsnReader Body(ReadOnlyMemory<byte> cms)
    {
        var message = new AsnReader(cms, AsnEncodingRules.BER).ReadSequence();
        message.ReadObjectIdentifier();
        return message.ReadSequence(First).ReadSequence();
    }

    private static void Count(AsnReader set, int most, string what, int mostOctets)
    {
        for (var count = 0; set.HasData; count++)
        {
            if (count == most)
                throw new SecureMailLimitException($"more than {most} {what}");
            if (set.ReadEncodedValue().Length > mostOctets)
                throw new SecureMailLimitException($"one of its {what} has more than {mostOctets} octets");
        }
    }
}

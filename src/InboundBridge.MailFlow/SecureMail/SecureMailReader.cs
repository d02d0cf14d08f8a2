using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.Mime.Structure;

namespace InboundBridge.MailFlow.SecureMail;

/// <summary>
/// Takes a mail's protection off layer by layer, from the outside: signed, encrypted, compressed, in any order. Only what covers the whole
/// mail counts: a signed part below other text says nothing about that text. Computes only; callers bound its time.
/// </summary>
internal sealed class SecureMailReader
{
    private readonly SignedScene _scene;
    private readonly List<SignatureVerdict> _signatures = [];
    private string? _doubt;

    private SecureMailReader(SignedScene scene) => _scene = scene;

    /// <param name="mail">The octets as received.</param>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static SecureMailFindings Read(
        ReadOnlyMemory<byte> mail, SecureMailKeys keys, DateTimeOffset receivedAt, bool verifies = true,
        CancellationToken cancellationToken = default)
    {
        var author = Parse(mail, keys.Limits).From is [{ Address: { Length: > 0 } only }] ? only : null;
        var work = new SecureWork(keys.Limits, mail.Length, cancellationToken);
        return new SecureMailReader(new SignedScene(keys, receivedAt, author, verifies, work)).Read(mail);
    }

    private SecureMailFindings Read(ReadOnlyMemory<byte> entity)
    {
        ReadOnlyMemory<byte>? content = null;
        for (var depth = 0; ; depth++)
        {
            var parsed = Parse(entity, _scene.Limits);
            var root = parsed.Structure;
            var layer = _scene.Keys.LayerOf(root.ContentType);
            if (layer == SecureLayer.None)
                break;
            _doubt ??= SignedShape.Doubt(parsed, layer);
            if (depth == _scene.Limits.Layers)
            {
                _signatures.Add(SignedScene.Unknown(SecureMailKeys.KindOf(layer), $"more than {depth} layers"));
                break;
            }
            if (TakeOff(layer, root, entity) is not { } inner)
                break;
            entity = inner;
            if (layer is SecureLayer.Cms or SecureLayer.OpenPgpEncrypted)
                content = inner;
            // The mail was altered: whatever is inside, nobody can say more about it.
            if (_signatures.Exists(signature => signature.Result == SignatureResult.Invalid))
                break;
        }
        return new SecureMailFindings(_doubt is null ? _signatures : [.. _signatures.Select(Doubted)], content)
        {
            Hashed = _scene.Work.Hashed,
        };
    }

    private SignatureVerdict Doubted(SignatureVerdict verdict) =>
        verdict.Result == SignatureResult.Valid ? SignedScene.Unknown(verdict.Kind, _doubt!, verdict.Signer) : verdict;

    /// <summary>
    /// Parses as payloads do, or what they show may not be what was checked. Their mail has fields above those received, so that the header
    /// may be cut there and not here: this one has a smaller limit.
    /// </summary>
    private static MimeMessage Parse(ReadOnlyMemory<byte> entity, SecureMailLimits limits) =>
        MimeMessage.Open(
            MimeSource.FromMemory(entity),
            limits.Mime with { HeaderBytes = limits.Mime.HeaderBytes / 4 * 3, HeaderCount = limits.Mime.HeaderCount / 4 * 3 });

    /// <summary>The entity inside; null where there is none that can be read.</summary>
    private ReadOnlyMemory<byte>? TakeOff(SecureLayer layer, MimePart root, ReadOnlyMemory<byte> entity)
    {
        var kind = SecureMailKeys.KindOf(layer);
        _scene.Work.GoOn();
        try
        {
            return layer switch
            {
                SecureLayer.SmimeSigned or SecureLayer.OpenPgpSigned => OfSigned(layer, root, entity),
                SecureLayer.Cms => OfCms(Content(root, _scene.Limits.Octets)),
                SecureLayer.OpenPgpEncrypted when root.Parts.Count >= 2 =>
                    OpenPgpMessage.Open(Content(root.Parts[1], _scene.Limits.Octets), _scene, _signatures),
                _ => null,
            };
        }
        catch (SecureMailLimitException fault)
        {
            Report(kind, fault.Message);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not OperationCanceledException)
        {
            // The libraries throw whatever hostile octets lead them into. The mail is not understood, so nothing is known about it.
            Report(kind, $"it can't be read: {fault.GetType().Name}");
        }
        return null;
    }

    private ReadOnlyMemory<byte>? OfSigned(SecureLayer layer, MimePart root, ReadOnlyMemory<byte> entity)
    {
        if (SignedShape.PartsProblem(root) is { } problem)
        {
            Report(SecureMailKeys.KindOf(layer), problem);
            return null;
        }
        var signed = SignedShape.Signed(root, entity);
        if (_scene.Verifies)
        {
            var canonical = BoundedOctets.WithCanonicalLineEnds(signed);
            if (layer == SecureLayer.SmimeSigned)
                SmimeSignatures.Verify(Content(root.Parts[1], _scene.Limits.Octets), canonical, _scene, _signatures);
            else
                OpenPgpSignatures.Verify(Content(root.Parts[1], _scene.Limits.OpenPgpSignatureOctets), canonical, _scene, _signatures);
        }
        return signed;
    }

    private ReadOnlyMemory<byte>? OfCms(byte[] message)
    {
        var cms = CmsOutline.Read(message);
        switch (cms.Type)
        {
            case CmsOutline.SignedData:
                return SmimeSignatures.Verify(cms.Octets, null, _scene, _signatures);
            case CmsOutline.EnvelopedData:
                return SmimeEnvelope.Open(cms.Octets, _scene, _signatures);
            case CmsOutline.CompressedData:
                return SmimeCompression.Open(cms.Octets, _scene);
            default:
                Report(SignatureVerdict.Smime, "CMS content of a type that can't be read");
                return null;
        }
    }

    private byte[] Content(MimePart part, long most)
    {
        using var stream = part.OpenContent();
        return _scene.Work.Read(stream, most);
    }

    private void Report(string kind, string problem)
    {
        if (_scene.Verifies)
            _signatures.Add(SignedScene.Unknown(kind, problem));
    }
}

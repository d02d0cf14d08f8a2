using System.Buffers;
using System.Security.Cryptography;

namespace InboundBridge.Mime.Structure;

/// <summary>A part of the mail as attachment.</summary>
internal sealed class PartAttachment(MimePart part, int index) : MimeAttachment
{
    private long _size = -1;
    private string? _sha256;

    public override int Index => index;

    public override string? FileName => field ??= SafeFileName.Of(part.DeclaredFileName);

    public override string ContentType => part.ContentType.MediaType;

    public override string Disposition =>
        part.Disposition ?? (part.ContentId is not null && part.Parent?.ContentType.Subtype == "related" ? "inline" : "attachment");

    public override string? ContentId => part.ContentId;

    public override long Size
    {
        get
        {
            Measure();
            return _size;
        }
    }

    public override string Sha256
    {
        get
        {
            Measure();
            return _sha256!;
        }
    }

    public override Stream OpenContent() => part.OpenContent();

    private void Measure()
    {
        if (_sha256 is not null)
            return;
        using var content = OpenContent();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        long size = 0;
        int count;
        while ((count = content.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            size += count;
        }
        ArrayPool<byte>.Shared.Return(buffer);
        _size = size;
        _sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

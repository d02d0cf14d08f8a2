using System.Buffers;
using System.Security.Cryptography;

namespace InboundBridge.Mime.Structure;

/// <summary>An attachment whose octets can be opened repeatedly; size and hash come from reading them once.</summary>
internal abstract class ContentAttachment(int index) : MimeAttachment
{
    private long _size;
    private string? _sha256;

    public override int Index => index;

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

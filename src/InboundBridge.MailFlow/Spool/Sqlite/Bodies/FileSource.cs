using InboundBridge.Mime;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>The octets of a large mail in its file.</summary>
internal sealed class FileSource(SafeFileHandle file, long length) : MimeSource
{
    public override long Length => length;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset >= length)
            return 0;
        var wanted = (int)Math.Min(length - offset, destination.Length);
        return RandomAccess.Read(file, destination[..wanted], offset);
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>A large mail: its prelude, and its received octets in their file.</summary>
/// <param name="length">Octets of both.</param>
internal sealed class FileContent(SafeFileHandle file, ReadOnlyMemory<byte> prelude, long length) : MailContent
{
    public override long Length => length;

    public override int PreludeLength => prelude.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset >= length)
            return 0;
        var wanted = (int)Math.Min(length - offset, destination.Length);
        if (offset >= prelude.Length)
            return RandomAccess.Read(file, destination[..wanted], offset - prelude.Length);
        var rest = prelude.Span[(int)offset..];
        var count = Math.Min(rest.Length, wanted);
        rest[..count].CopyTo(destination);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Bodies;

/// <summary>The files of <c>bodies/</c>: the disk, or a test's disk that loses, refuses and delays writes.</summary>
internal interface IBodyFiles
{
    /// <summary>Creates the file of a mail that is being received; fails if it exists.</summary>
    SafeFileHandle Create(string messageId);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset);

    /// <summary>Makes the octets of a file durable.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>Makes the names of all files durable that were created before.</summary>
    void FlushNames();

    /// <summary>Null if the file does not exist.</summary>
    SafeFileHandle? OpenRead(string messageId);

    /// <summary>Does nothing if the file does not exist.</summary>
    void Delete(string messageId);

    /// <summary>The message ids of all files.</summary>
    IEnumerable<string> List();

    /// <summary>Octets that the disk has free; null if that is unknown.</summary>
    long? FindFreeBytes();
}

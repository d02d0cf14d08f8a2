using Microsoft.Win32.SafeHandles;

namespace InboundBridge.MailFlow.Spool.Sqlite.Bodies;

/// <summary>The narrow place where the spool's own files are written: the disk, or a test's disk that loses, refuses and delays.</summary>
internal interface IBodyFiles
{
    /// <summary>A new file for a body that is being received; fails when there is one already.</summary>
    SafeFileHandle Create(string messageId);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset);

    /// <summary>The file's octets have reached the disk when it returns.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>The names of all files created before have reached the disk when it returns.</summary>
    void FlushNames();

    /// <summary>Null when there is none.</summary>
    SafeFileHandle? OpenRead(string messageId);

    /// <summary>No error when there is none.</summary>
    void Delete(string messageId);

    /// <summary>The ids of all files.</summary>
    IEnumerable<string> List();

    /// <summary>Octets that may still be written; null when it can't be told.</summary>
    long? FindFreeBytes();
}

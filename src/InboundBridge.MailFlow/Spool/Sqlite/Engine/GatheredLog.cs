using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;
using static InboundBridge.MailFlow.Spool.Sqlite.Engine.VfsInterop;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// Buffers writes to SQLite's log while a COMMIT runs. SQLite writes a frame header of 24 octets and then the page, with one
/// system call each; this gathers them and writes them together through the file's usual methods, whose errors go to SQLite
/// as before. The buffer is flushed at the last page of the transaction, because SQLite shows the commit to all connections
/// right after it. Nothing is buffered outside of a COMMIT: what a rollback leaves behind must not be written later over the
/// frames of another transaction. Used by one thread at a time.
/// </summary>
internal sealed unsafe class GatheredLog : IDisposable
{
    /// <summary>
    /// 32 pages. A larger buffer is slower again, because it no longer fits the processor's cache when the kernel copies it.
    /// </summary>
    private const int Capacity = 128 * 1024;

    /// <summary>
    /// Octets of a frame header. Neither a page nor the log's own header has this length (SQLite's file format, section 4.1).
    /// </summary>
    private const int FrameHeader = 24;

    /// <summary>
    /// Offset of the database's size in a frame header: 0 in every frame of a transaction but its last, the commit frame.
    /// </summary>
    private const int SizeInHeader = 4;

    private const long Nowhere = -1;

    private readonly State* _state;

    public GatheredLog()
    {
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        _state->Octets = (byte*)NativeMemory.Alloc(Capacity);
    }

    /// <summary>Runs a COMMIT whose log is <paramref name="log"/>.</summary>
    /// <exception cref="SqliteFault">The commit failed, and SQLite has rolled back.</exception>
    public void Run(SqliteStatement commit, OsFile* log)
    {
        var usual = log->Methods;
        *_state = new State { Methods = *usual, Usual = usual, Octets = _state->Octets, Start = Nowhere };
        _state->Methods.Read = &Read;
        _state->Methods.Write = &Write;
        _state->Methods.Truncate = &Truncate;
        _state->Methods.Sync = &Sync;
        _state->Methods.FileSize = &FileSize;
        log->Methods = &_state->Methods;
        try
        {
            commit.Run();
        }
        finally
        {
            // What a failed COMMIT left in the buffer is dropped: it belongs to no transaction any more.
            log->Methods = usual;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_state->Octets);
        NativeMemory.Free(_state);
    }

    private static State* Of(OsFile* file) => (State*)file->Methods;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OsFile* file, byte* octets, int count, long offset)
    {
        var state = Of(file);
        var isNext = offset == state->Start + state->Length;
        if (!isNext || count > Capacity - state->Length)
            Flush(file, state);
        if (state->Fault != raw.SQLITE_OK)
            return state->Fault;
        // After the commit frame SQLite rewrites the headers of frames that it wrote twice, to correct their checksums. A page without its
        // header is such a frame.
        if (state->IsCommitted || count > Capacity || !(isNext || count == FrameHeader))
        {
            state->Start = Nowhere;
            return state->Usual->Write(file, octets, count, offset);
        }
        if (!isNext)
            state->Start = offset;
        Unsafe.CopyBlockUnaligned(state->Octets + state->Length, octets, (uint)count);
        state->Length += count;
        if (count == FrameHeader)
            state->IsLast = Unsafe.ReadUnaligned<int>(octets + SizeInHeader) != 0;
        else
            state->IsCommitted = state->IsLast;
        return state->IsCommitted ? Flush(file, state) : raw.SQLITE_OK;
    }

    /// <summary>After a failure every call fails until the COMMIT is over: what was not written would leave a hole in the log.</summary>
    private static int Flush(OsFile* file, State* state)
    {
        if (state->Fault != raw.SQLITE_OK || state->Length == 0)
            return state->Fault;
        state->Fault = state->Usual->Write(file, state->Octets, state->Length, state->Start);
        state->Start += state->Length;
        state->Length = 0;
        return state->Fault;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OsFile* file, byte* buffer, int count, long offset) =>
        Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->Read(file, buffer, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OsFile* file, long size) =>
        Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->Truncate(file, size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OsFile* file, int flags) =>
        Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->Sync(file, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OsFile* file, long* size) =>
        Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->FileSize(file, size);

    private struct State
    {
        /// <summary>The first field, so that the file's pointer to its methods is also a pointer to this.</summary>
        public IoMethods Methods;
        public IoMethods* Usual;
        public byte* Octets;

        /// <summary>Offset in the log of the first buffered octet.</summary>
        public long Start;
        public int Length;

        /// <summary>The result code of the write that failed.</summary>
        public int Fault;

        /// <summary>The last header was that of a commit frame; its page follows.</summary>
        public bool IsLast;
        public bool IsCommitted;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;
using static InboundBridge.MailFlow.Spool.Sqlite.Engine.VfsInterop;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>
/// SQLite's log while a COMMIT runs. For each page SQLite writes 24 octets and then the page, each by a call of the kernel of its own; here they are put one behind
/// the other and written together, by what wrote the log before, whose errors are SQLite's as ever. Nothing is held back beyond the page that makes the commit
/// one, since SQLite shows it to all connections right behind that, and nothing outside of a COMMIT: what a rollback leaves must not be written later, when
/// the place belongs to somebody else. Used by one thread at a time.
/// </summary>
internal sealed unsafe class GatheredLog : IDisposable
{
    /// <summary>32 pages. More costs more again: what is gathered is to be in the processor's cache when the kernel copies it.</summary>
    private const int Capacity = 128 * 1024;

    /// <summary>Length of a frame's header, which no page and not the header of the log has (SQLite's file format, 4.1).</summary>
    private const int FrameHeader = 24;

    /// <summary>Where the header has the size of the database in pages, which is 0 in all frames of a transaction but the last.</summary>
    private const int SizeInHeader = 4;

    private const long Nowhere = -1;

    private readonly State* _state;

    public GatheredLog()
    {
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        _state->Octets = (byte*)NativeMemory.Alloc(Capacity);
    }

    /// <summary>Runs a COMMIT whose log is <paramref name="log"/>.</summary>
    /// <exception cref="SqliteFault">It failed; SQLite has rolled back.</exception>
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
            // What a COMMIT that failed has left here goes: it is of no transaction any more.
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
        // Behind the commit the checksums of frames that were written twice are mended, header by header. A page on its own is one of those frames.
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

    /// <summary>After it failed, everything does until the COMMIT is over: what was not written would be a hole.</summary>
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
    private static int Truncate(OsFile* file, long size) => Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->Truncate(file, size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OsFile* file, int flags) => Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->Sync(file, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OsFile* file, long* size) => Flush(file, Of(file)) is not raw.SQLITE_OK and var fault ? fault : Of(file)->Usual->FileSize(file, size);

    private struct State
    {
        /// <summary>First, so that the methods of the file lead here.</summary>
        public IoMethods Methods;
        public IoMethods* Usual;
        public byte* Octets;

        /// <summary>Where in the log the octets belong that are here.</summary>
        public long Start;
        public int Length;

        /// <summary>The answer of a write that failed.</summary>
        public int Fault;

        /// <summary>The page that comes next makes the transaction a commit.</summary>
        public bool IsLast;
        public bool IsCommitted;
    }
}

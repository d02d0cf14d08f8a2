using System.Buffers.Binary;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>Keys of greylisting as the database holds them: 16 octets.</summary>
internal static class GreylistKey
{
    public static SqliteStatement Bind(SqliteStatement statement, int parameter, UInt128 key)
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, key);
        return statement.BindBlob(parameter, octets);
    }
}

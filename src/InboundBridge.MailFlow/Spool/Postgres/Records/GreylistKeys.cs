using System.Buffers.Binary;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Keys of greylisting as the database holds them: 16 octets.</summary>
internal static class GreylistKeys
{
    public static byte[] Octets(UInt128 key)
    {
        var octets = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, key);
        return octets;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace InboundBridge.MailFlow.Dns;

/// <summary>One question as it goes on the wire (RFC 1035 §4.1), with what an answer must repeat so that a forger has to guess it.</summary>
internal sealed class DnsQuery
{
    /// <summary>RFC 9715: what fits one packet on nearly every path.</summary>
    private const ushort UdpPayload = 1232;

    private const int HeaderSize = 12;
    private const ushort RecursionDesired = 0x0100;

    /// <summary>RFC 6840 §5.7: we want to know whether the answer was validated.</summary>
    private const ushort AuthenticData = 0x0020;

    private DnsQuery(byte[] octets, int questionLength)
    {
        Octets = octets;
        Question = octets.AsMemory(HeaderSize, questionLength);
    }

    public byte[] Octets { get; }

    /// <summary>Name, type and class, in the letter case that we chose.</summary>
    public ReadOnlyMemory<byte> Question { get; }

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Octets);

    /// <param name="wireName">From <see cref="DnsName.ToWire"/>.</param>
    /// <param name="edns">RFC 6891; some old servers stumble over it.</param>
    public static DnsQuery Create(byte[] wireName, DnsRecordType type, bool edns)
    {
        var question = HeaderSize + wireName.Length + 4;
        var octets = new byte[question + (edns ? 11 : 0)];
        RandomNumberGenerator.Fill(octets.AsSpan(0, 2));
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), RecursionDesired | AuthenticData);
        octets[5] = 1;
        octets[11] = edns ? (byte)1 : (byte)0;
        wireName.CopyTo(octets.AsSpan(HeaderSize));
        MixCase(octets.AsSpan(HeaderSize, wireName.Length));
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question - 4), (ushort)type);
        octets[question - 1] = 1;
        if (edns)
        {
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question + 1), (ushort)DnsRecordType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(question + 3), UdpPayload);
        }
        return new DnsQuery(octets, wireName.Length + 4);
    }

    /// <summary>draft-vixie-dnsext-dns0x20: the server repeats the letters as they came, which makes a forged answer harder to guess.</summary>
    private static void MixCase(Span<byte> name)
    {
        Span<byte> chance = stackalloc byte[name.Length];
        RandomNumberGenerator.Fill(chance);
        for (var index = 0; index < name.Length;)
        {
            var end = index + 1 + name[index];
            for (index++; index < end; index++)
            {
                if (char.IsAsciiLetter((char)name[index]))
                    name[index] = (byte)(chance[index] < 128 ? name[index] | 0x20 : name[index] & ~0x20);
            }
        }
    }
}

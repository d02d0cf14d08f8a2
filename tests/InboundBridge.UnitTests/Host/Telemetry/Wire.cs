using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace InboundBridge.UnitTests.Host.Telemetry;

/// <summary>Reads protobuf without a schema: numbers of fields and their values, as far as OTLP needs it.</summary>
internal sealed class Wire
{
    private readonly List<(int Field, object Value)> _fields = [];

    private Wire()
    {
    }

    public static Wire Read(ReadOnlySpan<byte> octets)
    {
        var message = new Wire();
        while (octets.Length > 0)
        {
            var tag = Number(ref octets);
            object value = (tag & 7) switch
            {
                0 => Number(ref octets),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref octets, 8)),
                2 => Take(ref octets, (int)Number(ref octets)).ToArray(),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(ref octets, 4)),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            message._fields.Add(((int)(tag >> 3), value));
        }
        return message;
    }

    public IEnumerable<Wire> All(int field) => _fields.Where(each => each.Field == field).Select(each => Read((byte[])each.Value));

    public Wire One(int field) => All(field).Single();

    public byte[] Octets(int field) => _fields.Where(each => each.Field == field).Select(each => (byte[])each.Value).FirstOrDefault() ?? [];

    public string Hex(int field) => Convert.ToHexStringLower(Octets(field));

    public string Text(int field) => Encoding.UTF8.GetString(Octets(field));

    public ulong Value(int field) => _fields.Where(each => each.Field == field).Select(each => (ulong)each.Value).FirstOrDefault();

    /// <summary>A list of KeyValue: texts and whole numbers as text.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.One(2) is var value && value.Octets(1).Length > 0
            ? value.Text(1) : value.Value(3).ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static ulong Number(ref ReadOnlySpan<byte> octets)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var octet = Take(ref octets, 1)[0];
            number |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return number;
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> octets, int count)
    {
        var taken = octets[..count];
        octets = octets[count..];
        return taken;
    }
}

using System.Runtime.InteropServices;

namespace InboundBridge.Mime.Headers;

/// <summary>The place of a field in its block: octet offsets from the block's start.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeaderEntry(int Start, int NameLength, int ValueStart, int End);

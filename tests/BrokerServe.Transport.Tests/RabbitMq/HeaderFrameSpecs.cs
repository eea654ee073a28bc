using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using BrokerServe.RabbitMq.Connecting;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>The guard between the socket and the client library.</summary>
public sealed class HeaderFrameSpecs
{
    private static readonly byte[] Tricky = new RawTable()
        .WithLong("S", 'S', "text"u8).With("t", 't', 1).With("I", 'I', 1, 2, 3, 4).With("V", 'V')
        .WithLong("A", 'A', [(byte)'t', 1]).WithLong("F", 'F', []).With("D", 'D', 99, 0, 0, 0, 1)
        .With("L", 'L', 0, 0, 0, 0, 0, 0, 0, 1).With("M", 'L', 0x80, 0, 0, 0, 0, 0, 0, 0).ToArray();

    private static readonly byte[] Tamed = new RawTable()
        .WithLong("S", 'S', "text"u8).With("t", 't', 1).With("I", 'I', 1, 2, 3, 4).With("V", 'V')
        .WithLong("A", 'x', [(byte)'t', 1]).WithLong("F", 'x', []).With("D", 'D', 28, 0, 0, 0, 1)
        .With("L", 'l', 0, 0, 0, 0, 0, 0, 0, 1).With("M", 'd', 0x80, 0, 0, 0, 0, 0, 0, 0).ToArray();

    [Fact]
    public void Dangerous_values_become_harmless_ones_of_the_same_size()
    {
        var payload = Payload(Tricky);
        HeaderFrame.Tame(payload);
        Assert.Equal(Payload(Tamed), payload);
    }

    [Fact]
    public void A_header_that_ends_early_is_refused_wherever_it_ends()
    {
        var whole = Payload(Tricky);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<IOException>(() => HeaderFrame.Tame(whole[..length]));
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_pass_and_nothing_else()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var n = 0; n < 20_000; n++)
        {
            var payload = Payload(Tricky);
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            try
            {
                HeaderFrame.Tame(payload);
            }
            catch (Exception e) when (e is not IOException)
            {
                Assert.Fail($"Seed {seed}, round {n}: {e}");
            }
            catch (IOException)
            {
                // Refused.
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(100_000)]
    public async Task Frames_come_through_in_whatever_pieces_they_arrive(int pieceBytes)
    {
        byte[] large = new RawTable().WithLong("deep", 'A', RawTable.Nested(20_000)).ToArray();
        byte[] largeTamed = [.. large];
        largeTamed[5] = (byte)'x';
        byte[] sent = [.. Frame(1, new byte[10]), .. Frame(2, Payload(Tricky)), .. Frame(3, new byte[90_000]), .. Frame(2, Payload(large)), .. Frame(8, [])];
        byte[] expected = [.. Frame(1, new byte[10]), .. Frame(2, Payload(Tamed)), .. Frame(3, new byte[90_000]), .. Frame(2, Payload(largeTamed)), .. Frame(8, [])];
        if (pieceBytes < 64)
        {
            // Byte by byte the large ones would only take long.
            sent = [.. Frame(1, new byte[10]), .. Frame(2, Payload(Tricky)), .. Frame(8, [])];
            expected = [.. Frame(1, new byte[10]), .. Frame(2, Payload(Tamed)), .. Frame(8, [])];
        }

        Assert.Equal(expected, await ReadAllAsync(new Pieces(sent, pieceBytes)));
    }

    [Fact]
    public async Task A_header_frame_larger_than_agreed_ends_the_connection() =>
        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(new Pieces(Frame(2, new byte[BrokerDialer.FrameMax]), 1000)));

    private static byte[] Payload(byte[] table)
    {
        var payload = new byte[2 + 2 + 8 + 2 + 1 + 3 + 4 + table.Length];
        payload[1] = 60;
        payload[12] = 0xA0; // Content type and headers.
        payload[14] = 3;
        "a/b"u8.CopyTo(payload.AsSpan(15));
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(18), (uint)table.Length);
        table.CopyTo(payload, 22);
        return payload;
    }

    private static byte[] Frame(byte type, byte[] payload)
    {
        var frame = new byte[7 + payload.Length + 1];
        frame[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(3), (uint)payload.Length);
        payload.CopyTo(frame, 7);
        frame[^1] = 0xCE;
        return frame;
    }

    private static async Task<byte[]> ReadAllAsync(Stream inner)
    {
        // The stream under test is a NetworkStream by type and wants a connected socket; it does not read from it.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        await using var guarded = new GuardedStream(socket, inner);
        var all = new MemoryStream();
        var buffer = new byte[4096];
        while (await guarded.ReadAsync(buffer.AsMemory()) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    private sealed class Pieces(byte[] bytes, int pieceBytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
    }
}

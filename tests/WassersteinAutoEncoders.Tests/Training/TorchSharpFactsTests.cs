using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>What the documentation and comments say about TorchSharp, run: a failure means that they, and the code that relies on it, are to be looked at again.</summary>
public class TorchSharpFactsTests
{
    [Fact]
    public void Parameters_of_ready_made_layers_outlive_the_scope_that_they_were_made_in()
    {
        Module<Tensor, Tensor> made;
        using (NewDisposeScope())
        {
            made = Sequential(Linear(3, 4), BatchNorm1d(4), Conv1d(1, 1, 1));
        }

        using (made)
        {
            Assert.All(made.parameters(), p => Assert.False(p.IsInvalid));
            Assert.All(made.buffers(), b => Assert.False(b.IsInvalid));
        }
    }

    [Fact]
    public void Parameters_made_of_tensors_are_disposed_with_the_scope()
    {
        Own own;
        using (NewDisposeScope())
        {
            own = new Own(registers: true);
        }

        Assert.All(own.parameters(), p => Assert.True(p.IsInvalid));
    }

    [Fact]
    public void Without_registering_there_are_no_parameters()
    {
        using var own = new Own(registers: false);
        Assert.Empty(own.parameters());
    }

    [Fact]
    public void Disposing_a_composite_disposes_its_children()
    {
        var child = Linear(2, 2);
        Sequential(child).Dispose();
        Assert.True(child.weight!.IsInvalid);
    }

    [Fact]
    public void Moving_to_another_element_type_replaces_parameters()
    {
        using var layer = Linear(2, 2);
        var before = layer.weight!;
        layer.to(ScalarType.Float64);
        Assert.NotSame(before, layer.weight);
    }

    [Fact]
    public void Scopes_and_no_grad_belong_to_a_thread()
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        var (enabled, tracked) = (false, true);
        var thread = new Thread(() =>
        {
            enabled = is_grad_enabled();
            using var made = zeros(1);
            tracked = scope.Contains(made);
        });
        thread.Start();
        thread.Join();
        Assert.True(enabled);
        Assert.False(tracked);
    }

    [Fact]
    public void A_gradient_is_another_wrapper_at_each_read()
    {
        using var x = ones(2, requires_grad: true);
        x.sum().backward();
        using var first = x.grad;
        using var second = x.grad;
        Assert.NotSame(first, second);
    }

    private sealed class Own : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter _weight = Parameter(zeros(2));

        public Own(bool registers) : base(nameof(Own))
        {
            if (registers)
            {
                RegisterComponents();
            }
        }

        public override Tensor forward(Tensor input) => input * _weight;
    }
}

// TorchSharp frees numbers beside tensors that libtorch still reads where another thread collects garbage (docs/memory-and-devices.md, "Numbers
// beside tensors"). The packages hold theirs; tests are full of them, and take turns.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]

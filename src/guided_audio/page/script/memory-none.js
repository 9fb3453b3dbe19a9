/** Nothing is kept, and nothing on the device is asked whether it could be. */
function makeMemory() {
  return { read: () => ({}), keep() {}, forget() {} };
}
